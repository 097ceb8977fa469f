import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { LoadMore } from "@/components/LoadMore";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { AlertTable } from "./AlertTable";
import { alertPages } from "./queries";
import { text } from "./text";
import type { AlertFilters } from "./useAlertFilters";

/** The alerts of devices that fell silent together, as far as they fit the inbox's filters. */
export function AlertGroup({ groupId, filters }: { groupId: string; filters: AlertFilters }): ReactNode {
  const query = useInfiniteQuery(alertPages(filters, groupId));
  const [expanded, setExpanded] = useState<string | null>(null);
  return (
    <Panel flush title={text.group}>
      <QueryState query={query} skeletonRows={3}>
        {({ pages }) => {
          const alerts = pages.flatMap((page) => page.items);
          return (
            <>
              <AlertTable alerts={alerts} expanded={expanded ?? undefined} onExpand={setExpanded} />
              <LoadMore query={query} shown={alerts.length} total={pages[0]?.total} />
            </>
          );
        }}
      </QueryState>
    </Panel>
  );
}
