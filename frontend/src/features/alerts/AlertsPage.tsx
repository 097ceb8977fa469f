import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { LoadMore } from "@/components/LoadMore";
import { PageHeader, Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { Tabs } from "@/components/Tabs";
import { AlertFilterBar } from "./AlertFilterBar";
import { AlertTable } from "./AlertTable";
import { BulkActions } from "./BulkActions";
import { alertPages } from "./queries";
import { text } from "./text";
import { TABS, useAlertFilters } from "./useAlertFilters";

export default function AlertsPage(): ReactNode {
  const { filters, expanded, change } = useAlertFilters();
  const query = useInfiniteQuery(alertPages(filters));
  const [selected, setSelected] = useState<readonly string[]>([]);
  const counts = query.data?.pages[0]?.counts;
  const all = counts && Object.values(counts).reduce((sum, one) => sum + one, 0);
  const isFiltered =
    filters.q !== "" || filters.severity.length + filters.type.length > 0 || !!filters.site || !!filters.device;
  const clear = (): void => change({ q: null, severity: null, type: null, site: null, device: null });

  return (
    <>
      <PageHeader title={text.title} description={text.description} actions={<AsOf query={query} />} />
      <Tabs
        label={text.tabsLabel}
        tabs={TABS.map((status) => ({
          value: status,
          label: text.tabs[status],
          count: status === "ALL" ? all : counts?.[status],
        }))}
        value={filters.status}
        onChange={(status) => {
          setSelected([]);
          change({ status, alert: null });
        }}
      >
        <AlertFilterBar filters={filters} onChange={change} onClear={isFiltered ? clear : undefined} />
        {selected.length > 0 && <BulkActions selected={selected} onDone={() => setSelected([])} />}
        <Panel flush>
          <QueryState query={query} skeletonRows={8}>
            {({ pages }) => {
              const alerts = pages.flatMap((page) => page.items);
              if (alerts.length === 0) {
                const isCalm = filters.status === "OPEN" && !isFiltered;
                return (
                  <EmptyState
                    title={isCalm ? text.emptyOpen : text.empty}
                    action={isFiltered && <Button onClick={clear}>{text.clearFilters}</Button>}
                  >
                    {isCalm ? text.emptyOpenDetail : text.emptyDetail}
                  </EmptyState>
                );
              }
              return (
                <>
                  <AlertTable
                    alerts={alerts}
                    selected={selected}
                    onSelect={setSelected}
                    expanded={expanded}
                    onExpand={(alertId) => change({ alert: alertId }, { replace: true })}
                    sorting={filters}
                    onSort={(sorting) => change({ ...sorting })}
                  />
                  <LoadMore query={query} shown={alerts.length} total={pages[0]?.total} />
                </>
              );
            }}
          </QueryState>
        </Panel>
      </Tabs>
    </>
  );
}
