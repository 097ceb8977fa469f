import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { DataTable } from "@/components/DataTable";
import { Unfold } from "@/components/Row";
import { Badge } from "@/components/Status";
import { text as shared } from "@/components/text";
import { Moment } from "@/components/Time";
import { changesBetween } from "./changes";
import { EVERYBODY, usePlane } from "./plane";
import type { AuditEntry } from "./queries";
import { text } from "./text";

interface AuditTableProps {
  entries: readonly AuditEntry[];
  expanded: string | undefined;
  onExpand: (auditId: string | null) => void;
  onNarrow: (narrowing: { actor: string } | { subject: string }) => void;
}

export function AuditTable({ entries, expanded, onExpand, onNarrow }: AuditTableProps): ReactNode {
  const plane = usePlane();
  const columns = useMemo<ColumnDef<AuditEntry>[]>(
    () => [
      {
        id: "action",
        header: text.columns.action,
        cell: ({ row: { original: entry } }) => (
          <Unfold
            open={String(entry.audit_id) === expanded}
            label={text.details(entry.action, entry.subject)}
            onChange={(open) => onExpand(open ? String(entry.audit_id) : null)}
          >
            <code className="font-mono text-xs font-normal">{entry.action}</code>
          </Unfold>
        ),
      },
      {
        id: "subject",
        header: text.columns.subject,
        cell: ({ row: { original: entry } }) =>
          entry.subject !== "" && (
            <button
              type="button"
              title={text.onlySubject(entry.subject)}
              className="block max-w-80 truncate text-left text-xs hover:underline"
              onClick={() => onNarrow({ subject: entry.subject })}
            >
              {entry.subject}
            </button>
          ),
      },
      ...(plane === EVERYBODY
        ? [
            {
              id: "tenant",
              header: text.columns.tenant,
              cell: ({ row }: { row: { original: AuditEntry } }) => row.original.tenant_id ?? shared.none,
            },
          ]
        : []),
      {
        id: "actor",
        header: text.columns.actor,
        cell: ({ row: { original: entry } }) => (
          <span className="flex items-center gap-2">
            <button
              type="button"
              title={text.onlyActor(entry.actor_name)}
              className="block max-w-72 truncate text-left hover:underline"
              onClick={() => onNarrow({ actor: entry.actor })}
            >
              {entry.actor_name}
            </button>
            {entry.cross_tenant && <Badge tone="accent">{text.operator}</Badge>}
          </span>
        ),
      },
      {
        id: "address",
        header: text.columns.address,
        meta: { className: "text-xs text-muted tabular" },
        cell: ({ row }) => row.original.ip_address ?? shared.none,
      },
      {
        id: "time",
        header: text.columns.time,
        meta: { className: "text-muted" },
        cell: ({ row }) => <Moment time={row.original.time} />,
      },
    ],
    [expanded, onExpand, onNarrow, plane],
  );
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={entries}
      rowId={(entry) => String(entry.audit_id)}
      below={(entry) => (String(entry.audit_id) === expanded ? <Changes entry={entry} /> : null)}
    />
  );
}

/** Fields before and after; what is gone is struck out, so that the colour is not needed. */
function Changes({ entry }: { entry: AuditEntry }): ReactNode {
  const changes = changesBetween(entry.before, entry.after);
  return (
    <div className="space-y-2">
      <p className="text-xs text-muted">
        <Moment time={entry.time} long />
        {entry.request_id !== null && <span className="ml-3 font-mono">{text.request(entry.request_id)}</span>}
      </p>
      {changes.length === 0 ? (
        <p className="text-sm text-muted">{text.noChanges}</p>
      ) : (
        <table className="w-full table-fixed text-xs">
          <caption className="sr-only">{text.changes}</caption>
          <thead>
            <tr className="text-left text-muted">
              <th scope="col" className="w-56 py-1 pr-3 font-medium">
                {text.changeColumns.field}
              </th>
              <th scope="col" className="py-1 pr-3 font-medium">
                {text.changeColumns.before}
              </th>
              <th scope="col" className="py-1 font-medium">
                {text.changeColumns.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ field, before, after }) => (
              <tr key={field} className="border-t align-top">
                <th scope="row" className="py-1 pr-3 text-left font-mono font-normal break-all">
                  {field}
                </th>
                <td className="py-1 pr-3 break-words text-offline">
                  {before === undefined ? shared.none : <del>{before}</del>}
                </td>
                <td className="py-1 break-words text-online">{after ?? shared.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
