import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, type ReactNode } from "react";
import { Link } from "react-router";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { Select } from "@/components/Form";
import { LoadMore } from "@/components/LoadMore";
import { PageHeader, Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { useSearchState } from "@/lib/useSearchState";
import { KINDS } from "./definition";
import { rulePages } from "./queries";
import { RuleTable } from "./RuleTable";
import { kindWords, text } from "./text";

const TemplateCatalogue = lazy(() => import("./TemplateCatalogue"));

export default function AlertRulesPage(): ReactNode {
  const { one, change } = useSearchState();
  const kind = KINDS.find((known) => known === one("kind"));
  const state = one("state");
  const enabled = state === "on" ? true : state === "off" ? false : undefined;
  const query = useInfiniteQuery(rulePages(kind, enabled));
  const isFiltered = kind !== undefined || enabled !== undefined;
  const starting = (
    <Can permission="alert-rules:manage">
      <Button onClick={() => change({ templates: "open" })}>{text.fromTemplates}</Button>
      <Button kind="primary" asChild>
        <Link to="/alert-rules/new">
          <Plus aria-hidden className="size-4" />
          {text.add}
        </Link>
      </Button>
    </Can>
  );
  return (
    <>
      <PageHeader
        title={text.title}
        description={text.description}
        actions={
          <>
            <AsOf query={query} />
            {starting}
          </>
        }
      />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Select
          aria-label={text.kind}
          className="w-40"
          value={kind ?? ""}
          onChange={(event) => change({ kind: event.target.value })}
        >
          <option value="">{text.anyKind}</option>
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {kindWords[each]}
            </option>
          ))}
        </Select>
        <Select
          aria-label={text.state}
          className="w-36"
          value={state ?? ""}
          onChange={(event) => change({ state: event.target.value })}
        >
          <option value="">{text.anyState}</option>
          <option value="on">{text.on}</option>
          <option value="off">{text.off}</option>
        </Select>
        {isFiltered && (
          <Button kind="quiet" onClick={() => change({ kind: null, state: null })}>
            {text.clearFilters}
          </Button>
        )}
      </div>
      <Panel flush>
        <QueryState query={query} skeletonRows={8}>
          {({ pages }) => {
            const rules = pages.flatMap((page) => page.items);
            if (rules.length === 0) {
              return isFiltered ? (
                <EmptyState title={text.emptyFiltered} />
              ) : (
                <EmptyState title={text.empty} action={<div className="flex gap-2">{starting}</div>}>
                  {text.emptyDetail}
                </EmptyState>
              );
            }
            return (
              <>
                <RuleTable rules={rules} />
                <LoadMore query={query} shown={rules.length} total={pages[0]?.total} />
              </>
            );
          }}
        </QueryState>
      </Panel>
      {one("templates") !== undefined && (
        <Can permission="alert-rules:manage">
          <Suspense>
            <TemplateCatalogue onClose={() => change({ templates: null })} />
          </Suspense>
        </Can>
      )}
    </>
  );
}
