import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { ListPage } from "@/components/ListPage";
import { Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { QueryState } from "@/components/States";
import { TenantFilter } from "@/components/TenantFilter";
import { useSearchState } from "@/lib/useSearchState";
import { quarantineCounts, quarantinePages, type QuarantineFilters, type Reason } from "./queries";
import { RefusedTable } from "./RefusedTable";
import { reasonWords } from "../reasons";
import { text } from "./text";

const REASONS = Object.entries(reasonWords) as [Reason, string][];
const NOTHING = { q: null, reason: null, tenant: null, device: null };

export default function QuarantinePage(): ReactNode {
  const { one, change } = useSearchState();
  const filters: QuarantineFilters = {
    q: one("q"),
    tenant_id: one("tenant"),
    device_id: one("device"),
    reason: REASONS.map(([reason]) => reason).find((known) => known === one("reason")),
  };
  const query = useInfiniteQuery(quarantinePages(filters));
  const search = useCallback((q: string) => change({ q }, { replace: true }), [change]);
  const ofDevice = useCallback((device: string) => change({ device }, { replace: true }), [change]);
  const expand = useCallback((message: string | null) => change({ message }, { replace: true }), [change]);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      <ListPage
        title={text.title}
        description={text.description}
        query={query}
        words={text}
        onClear={isFiltered ? () => change(NOTHING) : undefined}
        filters={
          <>
            <SearchInput value={filters.q ?? ""} onChange={search} label={text.search} />
            <SelectFilter
              label={text.reason}
              any={text.anyReason}
              options={REASONS}
              value={filters.reason}
              onChange={(reason) => change({ reason })}
            />
            <TenantFilter tenantId={filters.tenant_id} onChange={(tenant) => change({ tenant })} />
            <SearchInput value={filters.device_id ?? ""} onChange={ofDevice} label={text.device} />
          </>
        }
      >
        {(entries) => <RefusedTable entries={entries} expanded={one("message")} onExpand={expand} />}
      </ListPage>
      <Counts tenantId={filters.tenant_id} onChoose={(reason) => change({ reason })} />
    </>
  );
}

/** Reasons by how often they were given; each is a filter. */
function Counts({
  tenantId,
  onChoose,
}: {
  tenantId: string | undefined;
  onChoose: (reason: Reason) => void;
}): ReactNode {
  const query = useQuery(quarantineCounts(tenantId));
  return (
    <Panel title={text.counts} className="mt-4">
      <QueryState query={query} skeletonRows={2}>
        {({ reasons }) =>
          reasons.length === 0 ? (
            <p className="text-sm text-muted">{text.none}</p>
          ) : (
            <ul className="flex flex-wrap gap-2">
              {reasons.map(({ reason, messages }) => (
                <li key={reason}>
                  <Button size="small" onClick={() => onChoose(reason)}>
                    {text.countOf(reasonWords[reason], messages)}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
    </Panel>
  );
}
