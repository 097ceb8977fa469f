import type { ColumnDef } from "@tanstack/react-table";
import { ListFilter } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { Link } from "react-router";
import { IconButton } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Unfold } from "@/components/Row";
import { Badge } from "@/components/Status";
import { TenantLinkById } from "@/components/TenantLink";
import { text as shared } from "@/components/text";
import { Moment } from "@/components/Time";
import { actionWords } from "./actions";
import { changesBetween } from "./changes";
import { useNames } from "./names";
import { EVERYBODY, usePlane } from "./plane";
import type { AuditEntry } from "./queries";
import { text } from "./text";
import { nameIn, operatorPageOf, pageOf, shortId } from "./things";

interface AuditTableProps {
  entries: readonly AuditEntry[];
  expanded: string | undefined;
  onExpand: (auditId: string | null) => void;
  onNarrow: (narrowing: { actor: string } | { subject: string }) => void;
}

export function AuditTable({ entries, expanded, onExpand, onNarrow }: AuditTableProps): ReactNode {
  const plane = usePlane();
  const names = useNames(entries);
  const columns = useMemo<ColumnDef<AuditEntry>[]>(
    () => [
      {
        id: "action",
        header: text.columns.action,
        cell: ({ row: { original: entry } }) => (
          <Unfold
            open={String(entry.audit_id) === expanded}
            label={text.details(actionWords(entry.action), nameOf(entry, names))}
            onChange={(open) => onExpand(open ? String(entry.audit_id) : null)}
          >
            <span title={entry.action}>{actionWords(entry.action)}</span>
          </Unfold>
        ),
      },
      {
        id: "subject",
        header: text.columns.subject,
        cell: ({ row: { original: entry } }) =>
          entry.subject !== "" && (
            <Narrowed
              label={text.onlySubject(nameOf(entry, names))}
              onNarrow={() => onNarrow({ subject: entry.subject })}
            >
              <Thing entry={entry} name={nameOf(entry, names)} />
            </Narrowed>
          ),
      },
      ...(plane === EVERYBODY
        ? [
            {
              id: "tenant",
              header: text.columns.tenant,
              cell: ({
                row: {
                  original: { tenant_id: tenantId },
                },
              }: {
                row: { original: AuditEntry };
              }) => (tenantId === null ? shared.none : <TenantLinkById tenantId={tenantId} />),
            },
          ]
        : []),
      {
        id: "actor",
        header: text.columns.actor,
        cell: ({ row: { original: entry } }) => (
          <span className="flex items-center gap-2">
            <Narrowed label={text.onlyActor(entry.actor_name)} onNarrow={() => onNarrow({ actor: entry.actor })}>
              <span title={entry.actor}>{actorWords(entry)}</span>
            </Narrowed>
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
        cell: ({ row }) => <Moment time={row.original.time} long />,
      },
    ],
    [expanded, onExpand, onNarrow, plane, names],
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

function nameOf(entry: AuditEntry, names: ReadonlyMap<string, string>): string {
  return nameIn(entry) ?? names.get(entry.subject) ?? shortId(entry.subject);
}

/** Programs of the platform call themselves "system". */
function actorWords({ actor, actor_name }: AuditEntry): string {
  return actor === "system" ? text.program : actor_name;
}

/** What can be clicked to see no other entries than its own. */
function Narrowed({
  label,
  onNarrow,
  children,
}: {
  label: string;
  onNarrow: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <span className="group flex max-w-80 items-center gap-1">
      <span className="min-w-0 truncate">{children}</span>
      <IconButton
        label={label}
        size="small"
        className="w-6 shrink-0 text-muted opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
        onClick={onNarrow}
      >
        <ListFilter aria-hidden className="size-3" />
      </IconButton>
    </span>
  );
}

/** By its name, on the way to its page; its id is there for whoever needs it. */
function Thing({ entry, name }: { entry: AuditEntry; name: string }): ReactNode {
  const plane = usePlane();
  const page = plane === EVERYBODY ? operatorPageOf(entry) : pageOf(entry);
  if (page === null) return <span title={entry.subject}>{name}</span>;
  return (
    <Link to={page} title={entry.subject} className="hover:underline">
      {name}
    </Link>
  );
}

/** Fields before and after; what is gone is struck out, so that the colour is not needed. */
function Changes({ entry }: { entry: AuditEntry }): ReactNode {
  const changes = changesBetween(entry.before, entry.after);
  return (
    <div className="space-y-2">
      <p className="text-xs text-muted">
        <Moment time={entry.time} long />
        <code className="ml-3 font-mono">
          {entry.action} {entry.subject}
        </code>
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
