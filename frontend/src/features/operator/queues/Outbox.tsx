import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { DataTable } from "@/components/DataTable";
import { Facts, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { text as shared } from "@/components/text";
import { TimeAgo } from "@/components/Time";
import { TenantLink } from "@/components/TenantLink";
import { count } from "@/lib/numbers";
import { duration, SECOND } from "@/lib/time";
import { outbox } from "./queries";
import { text } from "./text";

type RefusedEvent = Schemas["RefusedEventItem"];

/** How publishing goes, and what the bus does not take. */
export function Outbox(): ReactNode {
  const query = useQuery(outbox);
  return (
    <Panel title={text.outbox} className="mt-4" aside={<AsOf query={query} />}>
      <QueryState query={query} skeletonRows={3}>
        {({ events, oldest_age_seconds, refused, refused_events }) => (
          <div className="space-y-3">
            <p className="text-sm text-muted">{text.outboxDetail}</p>
            <Facts
              facts={[
                [text.events, count(events)],
                [text.eventAge, events === 0 ? shared.none : duration(oldest_age_seconds * SECOND)],
                [text.refused, refused === 0 ? text.noneRefused : count(refused)],
              ]}
            />
            {refused_events.length > 0 && (
              <DataTable
                label={text.refused}
                columns={COLUMNS}
                rows={refused_events}
                rowId={(event) => event.event_id}
              />
            )}
          </div>
        )}
      </QueryState>
    </Panel>
  );
}

const COLUMNS: ColumnDef<RefusedEvent>[] = [
  {
    id: "event",
    header: text.refusedColumns.event,
    cell: ({ row }) => <code className="text-xs">{row.original.event_type}</code>,
  },
  {
    id: "tenant",
    header: text.refusedColumns.tenant,
    cell: ({ row }) => <TenantLink tenantId={row.original.tenant_id} />,
  },
  {
    id: "attempts",
    header: text.refusedColumns.attempts,
    meta: { className: "tabular text-right" },
    cell: ({ row }) => count(row.original.attempts),
  },
  { id: "due", header: text.refusedColumns.due, cell: ({ row }) => <TimeAgo time={row.original.due_at} /> },
  {
    id: "error",
    header: text.refusedColumns.error,
    meta: { className: "text-xs text-muted" },
    cell: ({ row }) => <span className="break-words">{row.original.last_error}</span>,
  },
];
