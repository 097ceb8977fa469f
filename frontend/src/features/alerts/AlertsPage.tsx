import { useCallback, useMemo, useState, type ReactNode } from "react";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { LoadMore } from "@/components/LoadMore";
import { NoOpenAlerts } from "@/components/NoOpenAlerts";
import { PageHeader, Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { Tabs } from "@/components/Tabs";
import { AlertFilterBar } from "./AlertFilterBar";
import { AlertGroup } from "./AlertGroup";
import { AlertTable } from "./AlertTable";
import { BulkActions } from "./BulkActions";
import { LinkedAlert } from "./LinkedAlert";
import { text } from "./text";
import { isAll, TABS, useAlertFilters } from "./useAlertFilters";
import { useAlertList } from "./useAlertList";

export default function AlertsPage(): ReactNode {
  const { filters, expanded, change } = useAlertFilters();
  const { query, rows: shown } = useAlertList(filters);
  const [selected, setSelected] = useState<readonly string[]>([]);
  const { status } = filters;
  const selectable = useMemo(() => shown.filter((alert) => !isAll("CLOSED", alert, status)), [shown, status]);
  const chosen = selectable.filter(({ alert_id }) => selected.includes(alert_id));
  const selection = useMemo(() => ({ selectable, selected, onSelect: setSelected }), [selectable, selected]);
  const expand = useCallback((alertId: string | null) => change({ alert: alertId }, { replace: true }), [change]);
  const isLinked = expanded !== undefined && query.data && !shown.some(({ alert_id }) => alert_id === expanded);
  const counts = query.data?.counts;
  const all = counts && Object.values(counts).reduce((sum, one) => sum + one, 0);
  const isFiltered =
    filters.q !== "" ||
    filters.severity.length + filters.type.length > 0 ||
    [filters.source, filters.site, filters.device].some(Boolean);
  const clear = (): void => change({ q: null, severity: null, type: null, source: null, site: null, device: null });

  return (
    <>
      <PageHeader title={text.title} description={text.description} actions={<AsOf query={query} />} />
      <Tabs
        label={text.tabsLabel}
        tabs={TABS.map((tab) => ({
          value: tab,
          label: text.tabs[tab],
          count: tab === "ALL" ? all : counts?.[tab],
        }))}
        value={status}
        onChange={(tab) => {
          setSelected([]);
          change({ status: tab, alert: null });
        }}
      >
        <AlertFilterBar filters={filters} alerts={shown} onChange={change} onClear={isFiltered ? clear : undefined} />
        {chosen.length > 0 && <BulkActions selected={chosen} filters={filters} onDone={() => setSelected([])} />}
        {isLinked && <LinkedAlert alertId={expanded} onClose={() => expand(null)} />}
        <Panel flush>
          <QueryState query={query} skeletonRows={8}>
            {({ total, counts: found }) => {
              if (shown.length === 0) {
                if (status === "OPEN" && !isFiltered) return <NoOpenAlerts counts={found} />;
                return (
                  <EmptyState
                    title={text.empty}
                    action={isFiltered && <Button onClick={clear}>{text.clearFilters}</Button>}
                  >
                    {text.emptyDetail}
                  </EmptyState>
                );
              }
              return (
                <>
                  <AlertTable
                    alerts={shown}
                    selection={selection}
                    expanded={expanded}
                    onExpand={expand}
                    group={(alert) => <AlertGroup groupId={alert.group_id ?? ""} filters={filters} />}
                    sorting={filters}
                    onSort={(sorting) => change({ ...sorting })}
                  />
                  <LoadMore query={query} shown={shown.length} total={total} />
                </>
              );
            }}
          </QueryState>
        </Panel>
      </Tabs>
    </>
  );
}
