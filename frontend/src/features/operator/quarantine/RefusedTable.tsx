import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { DataTable } from "@/components/DataTable";
import { Facts } from "@/components/Panel";
import { Unfold } from "@/components/Row";
import { QueryState } from "@/components/States";
import { TenantLinkById } from "@/components/TenantLink";
import { text as shared } from "@/components/text";
import { Moment } from "@/components/Time";
import { quarantinedMessage, type QuarantineEntry } from "./queries";
import { reasonWords } from "../reasons";
import { text } from "./text";

interface RefusedTableProps {
  entries: readonly QuarantineEntry[];
  expanded: string | undefined;
  onExpand: (quarantineId: string | null) => void;
}

export function RefusedTable({ entries, expanded, onExpand }: RefusedTableProps): ReactNode {
  const columns = useMemo<ColumnDef<QuarantineEntry>[]>(
    () => [
      {
        id: "reason",
        header: text.columns.reason,
        cell: ({ row: { original: entry } }) => (
          <Unfold
            open={String(entry.quarantine_id) === expanded}
            label={`${reasonWords[entry.reason]}: ${text.message(entry.device_id ?? text.unknown)}`}
            onChange={(open) => onExpand(open ? String(entry.quarantine_id) : null)}
          >
            {reasonWords[entry.reason]}
          </Unfold>
        ),
      },
      {
        id: "tenant",
        header: text.columns.tenant,
        cell: ({
          row: {
            original: { tenant_id: tenantId },
          },
        }) => (tenantId === null ? shared.none : <TenantLinkById tenantId={tenantId} />),
      },
      { id: "device", header: text.columns.device, cell: ({ row }) => row.original.device_id ?? shared.none },
      {
        id: "detail",
        header: text.columns.detail,
        meta: { className: "text-xs text-muted" },
        cell: ({ row }) => <span className="line-clamp-2 break-words">{row.original.detail}</span>,
      },
      {
        id: "received",
        header: text.columns.received,
        meta: { className: "text-muted" },
        cell: ({ row }) => <Moment time={row.original.received_at} />,
      },
    ],
    [expanded, onExpand],
  );
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={entries}
      rowId={(entry) => String(entry.quarantine_id)}
      below={(entry) => (String(entry.quarantine_id) === expanded ? <Message entry={entry} /> : null)}
    />
  );
}

function Message({ entry }: { entry: QuarantineEntry }): ReactNode {
  const query = useQuery(quarantinedMessage(entry.quarantine_id));
  return (
    <div className="space-y-3">
      <Facts
        facts={[
          [text.facts.topic, <code key="topic">{entry.topic}</code>],
          [text.facts.principal, <code key="principal">{entry.principal}</code>],
          [text.facts.message, <code key="message">{entry.message_id}</code>],
          [text.facts.size, text.bytes(entry.payload_bytes)],
        ]}
      />
      <QueryState query={query} skeletonRows={2}>
        {({ payload_text, payload_base64 }) => (
          <figure>
            <figcaption className="mb-1 text-xs text-muted">
              {payload_text === null ? text.notText : text.payload}
            </figcaption>
            <pre className="max-h-60 overflow-auto rounded border bg-surface p-2 font-mono text-xs break-all whitespace-pre-wrap">
              {payload_text ?? payload_base64}
            </pre>
          </figure>
        )}
      </QueryState>
    </div>
  );
}
