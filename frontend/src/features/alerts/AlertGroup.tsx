import { useState, type ReactNode } from "react";
import { LoadMore } from "@/components/LoadMore";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { AlertTable } from "./AlertTable";
import { text } from "./text";
import type { AlertFilters } from "./useAlertFilters";
import { useAlertList } from "./useAlertList";

/** The alerts of devices that fell silent together, as far as they fit the inbox's filters. */
export function AlertGroup({ groupId, filters }: { groupId: string; filters: AlertFilters }): ReactNode {
  const { query, rows } = useAlertList(filters, groupId);
  const [expanded, setExpanded] = useState<string | null>(null);
  return (
    <Panel flush title={text.group}>
      <QueryState query={query} skeletonRows={3}>
        {({ total }) => (
          <>
            <AlertTable alerts={rows} expanded={expanded ?? undefined} onExpand={setExpanded} />
            <LoadMore query={query} shown={rows.length} total={total} />
          </>
        )}
      </QueryState>
    </Panel>
  );
}
