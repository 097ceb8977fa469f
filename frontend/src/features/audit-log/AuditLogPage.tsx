import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, X } from "lucide-react";
import { useCallback, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { ListPage } from "@/components/ListPage";
import { MomentFilter } from "@/components/MomentFilter";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { TenantFilter } from "@/components/TenantFilter";
import { text as shared } from "@/components/text";
import { instantIn } from "@/lib/time";
import { useSearchState } from "@/lib/useSearchState";
import { AuditTable } from "./AuditTable";
import { EVERYBODY, usePlane, type AuditFilters } from "./plane";
import { auditPages, useExport } from "./queries";
import { areas, text } from "./text";
import { nameIn, shortId } from "./things";

const NOTHING = { q: null, tenant: null, action: null, actor: null, subject: null, start: null, end: null };

export default function AuditLogPage(): ReactNode {
  const { one, change } = useSearchState();
  const plane = usePlane();
  const filters: AuditFilters = {
    q: one("q"),
    tenant_id: plane === EVERYBODY ? one("tenant") : undefined,
    action: areas.map(([action]) => action).find((known) => known === one("action")),
    actor: one("actor"),
    subject: one("subject"),
    start: instantIn(one("start")),
    end: instantIn(one("end")),
  };
  const query = useInfiniteQuery(auditPages(plane, filters));
  const download = useExport();
  const search = useCallback((q: string) => change({ q }, { replace: true }), [change]);
  const narrow = useCallback((narrowing: Partial<Record<"actor" | "subject", string>>) => change(narrowing), [change]);
  const expand = useCallback((entry: string | null) => change({ entry }, { replace: true }), [change]);
  // Everything that is shown is by whom, or about what, was clicked.
  const shown = query.data?.pages[0]?.items[0];
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <ListPage
      title={text.title}
      description={plane === EVERYBODY ? text.everybody : text.description}
      query={query}
      words={text}
      onClear={isFiltered ? () => change(NOTHING) : undefined}
      actions={
        <Button busy={download.isPending} onClick={() => download.mutate(filters)}>
          <Download aria-hidden className="size-4" />
          {text.export}
        </Button>
      }
      filters={
        <>
          <SearchInput value={filters.q ?? ""} onChange={search} label={text.search} />
          {plane === EVERYBODY && (
            <TenantFilter tenantId={filters.tenant_id} onChange={(tenant) => change({ tenant })} />
          )}
          <SelectFilter
            label={text.area}
            any={text.anyArea}
            options={areas}
            value={filters.action}
            onChange={(action) => change({ action })}
          />
          <MomentFilter label={text.from} value={filters.start} onChange={(start) => change({ start })} />
          <MomentFilter label={text.until} value={filters.end} onChange={(end) => change({ end })} />
          {filters.actor !== undefined && (
            <Chosen
              label={text.chosenActor(shown?.actor_name ?? filters.actor)}
              onRemove={() => change({ actor: null })}
            />
          )}
          {filters.subject !== undefined && (
            <Chosen
              label={text.chosenSubject((shown && nameIn(shown)) ?? shortId(filters.subject))}
              onRemove={() => change({ subject: null })}
            />
          )}
        </>
      }
    >
      {(entries) => <AuditTable entries={entries} expanded={one("entry")} onExpand={expand} onNarrow={narrow} />}
    </ListPage>
  );
}

/** A person or a thing that was clicked in the list. */
function Chosen({ label, onRemove }: { label: string; onRemove: () => void }): ReactNode {
  return (
    <Button className="max-w-72 border-accent text-accent" aria-label={shared.remove(label)} onClick={onRemove}>
      <span className="truncate">{label}</span>
      <X aria-hidden className="size-3.5 shrink-0" />
    </Button>
  );
}
