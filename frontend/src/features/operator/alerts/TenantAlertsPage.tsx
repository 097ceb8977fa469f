import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, type ReactNode } from "react";
import { SEVERITIES, type AlertStatus } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { Filters, ListPanel } from "@/components/ListPage";
import { MomentFilter } from "@/components/MomentFilter";
import { PageHeader } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { Tabs } from "@/components/Tabs";
import { TenantFilter } from "@/components/TenantFilter";
import { alertStatusWords, alertTypeName, severityWords } from "@/components/text";
import { instantIn } from "@/lib/time";
import { useSearchState } from "@/lib/useSearchState";
import { useSortChoice } from "../useSortChoice";
import { AlertTable } from "./AlertTable";
import { alertPages, SORTS, type AlertFilters, type AlertType } from "./queries";
import { text } from "./text";

const STATUSES: readonly AlertStatus[] = ["OPEN", "ACKNOWLEDGED", "CLOSED"];
/** What the platform itself raises stands beside what devices do. */
const TYPES: readonly AlertType[] = [
  "NO_HEARTBEAT",
  "THRESHOLD",
  "ANOMALY",
  "NO_TELEMETRY",
  "WINDOW",
  "ALERT_LIMIT",
  "INBOUND_UNREADABLE",
  "INBOUND_STORM",
  "POLL_FAILED",
  "POLLS_OVERDUE",
  "TRAPS_REFUSED",
  "SYSTEM_HEALTH",
];
const NOTHING = { q: null, tenant: null, device: null, severity: null, type: null, start: null, end: null };

export default function TenantAlertsPage(): ReactNode {
  const { one, change } = useSearchState();
  const tab = one("status") === "ALL" ? "ALL" : (STATUSES.find((known) => known === one("status")) ?? "OPEN");
  const severity = SEVERITIES.find((known) => known === one("severity"));
  const type = TYPES.find((known) => known === one("type"));
  const narrowing: Omit<AlertFilters, "status"> = {
    severity: severity && [severity],
    type: type === undefined ? undefined : [type],
    tenant_id: one("tenant"),
    device_id: one("device"),
    q: one("q"),
    start: instantIn(one("start")),
    end: instantIn(one("end")),
  };
  const { sorting, onSort } = useSortChoice(SORTS, { sort: "opened_at", order: "desc" });
  const query = useInfiniteQuery(alertPages({ ...narrowing, status: tab === "ALL" ? [...STATUSES] : [tab] }, sorting));
  const counts = query.data?.pages[0]?.counts;
  const search = useCallback((q: string) => change({ q }, { replace: true }), [change]);
  const ofDevice = useCallback((device: string) => change({ device }, { replace: true }), [change]);
  const expand = useCallback((alert: string | null) => change({ alert }, { replace: true }), [change]);
  const isFiltered = Object.values(narrowing).some((value) => value !== undefined);
  return (
    <>
      <PageHeader title={text.title} description={text.description} actions={<AsOf query={query} />} />
      <Filters onClear={isFiltered ? () => change(NOTHING) : undefined}>
        <SearchInput value={narrowing.q ?? ""} onChange={search} label={text.search} />
        <TenantFilter tenantId={narrowing.tenant_id} onChange={(tenant) => change({ tenant })} />
        <SearchInput value={narrowing.device_id ?? ""} onChange={ofDevice} label={text.device} />
        <SelectFilter
          label={text.severity}
          any={text.anySeverity}
          options={SEVERITIES.map((each) => [each, severityWords[each]])}
          value={severity}
          onChange={(value) => change({ severity: value })}
        />
        <SelectFilter
          label={text.type}
          any={text.anyType}
          options={TYPES.map((each) => [each, alertTypeName(each)])}
          value={type}
          onChange={(value) => change({ type: value })}
        />
        <span className="flex flex-wrap gap-2">
          <MomentFilter label={text.from} value={narrowing.start} onChange={(start) => change({ start })} />
          <MomentFilter label={text.until} value={narrowing.end} onChange={(end) => change({ end })} />
        </span>
      </Filters>
      <Tabs
        label={text.tabs}
        value={tab}
        onChange={(status) => change({ status, alert: null }, { replace: true })}
        tabs={[
          ...STATUSES.map((status) => ({ value: status, label: alertStatusWords[status], count: counts?.[status] })),
          {
            value: "ALL",
            label: text.all,
            count: counts && STATUSES.reduce((sum, status) => sum + (counts[status] ?? 0), 0),
          },
        ]}
      >
        <ListPanel query={query} words={text} onClear={isFiltered ? () => change(NOTHING) : undefined}>
          {(alerts) => (
            <AlertTable alerts={alerts} expanded={one("alert")} onExpand={expand} sorting={sorting} onSort={onSort} />
          )}
        </ListPanel>
      </Tabs>
    </>
  );
}
