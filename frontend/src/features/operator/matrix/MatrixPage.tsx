import { useQuery } from "@tanstack/react-query";
import { useCallback, type ReactNode } from "react";
import { AsOf } from "@/components/AsOf";
import { Select } from "@/components/Form";
import { Filters } from "@/components/ListPage";
import { PageHeader, Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { EmptyState, QueryState } from "@/components/States";
import { useSearchState } from "@/lib/useSearchState";
import { MatrixTable } from "./MatrixTable";
import { SORTS, tenantMatrix } from "../queries";
import { sortWords, text } from "./text";

export default function MatrixPage(): ReactNode {
  const { one, change } = useSearchState();
  const sort = SORTS.find((known) => known === one("sort")) ?? "alerts";
  const q = one("q");
  const query = useQuery(tenantMatrix(sort, q));
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  return (
    <>
      <PageHeader title={text.title} description={text.description} actions={<AsOf query={query} />} />
      <Filters onClear={q === undefined ? undefined : () => change({ q: null })}>
        <SearchInput value={q ?? ""} onChange={search} label={text.search} />
        <Select
          aria-label={text.sort}
          className="w-48"
          value={sort}
          onChange={(event) => change({ sort: event.target.value }, { replace: true })}
        >
          {SORTS.map((each) => (
            <option key={each} value={each}>
              {sortWords[each]}
            </option>
          ))}
        </Select>
      </Filters>
      <Panel flush>
        <QueryState query={query} skeletonRows={8}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={q === undefined ? text.empty : text.emptyFiltered} />
            ) : (
              <MatrixTable tenants={items} />
            )
          }
        </QueryState>
      </Panel>
    </>
  );
}
