import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { DataTable } from "@/components/DataTable";
import { Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { TimeAgo } from "@/components/Time";
import { TenantLink } from "@/components/TenantLink";
import { failures } from "./queries";
import { failureWords, text } from "./text";

/** What was given up in the last day, and how much was refused. */
export function ErrorsView(): ReactNode {
  const query = useQuery(failures);
  return (
    <QueryState query={query} skeletonRows={8}>
      {(read) => (
        <Panel
          title={text.givenUp}
          flush
          aside={
            <>
              <span className="text-xs text-muted">{text.refused(read.refused_messages)}</span>
              <AsOf query={query} />
            </>
          }
        >
          <DataTable
            label={text.givenUp}
            columns={COLUMNS}
            rows={read.items}
            rowId={(failure) => failure.failure_id}
            empty={<EmptyState title={text.nothingGivenUp}>{text.nothingGivenUpDetail}</EmptyState>}
          />
        </Panel>
      )}
    </QueryState>
  );
}

const COLUMNS: ColumnDef<Schemas["SystemFailure"]>[] = [
  {
    id: "time",
    header: text.failureColumns.time,
    meta: { className: "text-muted" },
    cell: ({ row }) => <TimeAgo time={row.original.time} />,
  },
  { id: "what", header: text.failureColumns.what, cell: ({ row }) => failureWords[row.original.kind] },
  {
    id: "tenant",
    header: text.failureColumns.tenant,
    cell: ({ row }) => <TenantLink tenantId={row.original.tenant_id} />,
  },
  { id: "why", header: text.failureColumns.why, cell: ({ row }) => row.original.reason },
];
