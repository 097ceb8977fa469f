import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { DataTable, type Sorting } from "@/components/DataTable";
import { concernedIn } from "@/components/external";
import { Facts } from "@/components/Panel";
import { Unfold } from "@/components/Row";
import { SeverityLabel } from "@/components/Severity";
import { AlertStatusBadge, Badge } from "@/components/Status";
import { alertTypeName, text as shared } from "@/components/text";
import { Moment, TimeAgo } from "@/components/Time";
import { TenantLink } from "@/components/TenantLink";
import type { TenantAlert } from "./queries";
import { text } from "./text";

interface AlertTableProps {
  alerts: readonly TenantAlert[];
  expanded: string | undefined;
  onExpand: (alertId: string | null) => void;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

export function AlertTable({ alerts, expanded, onExpand, sorting, onSort }: AlertTableProps): ReactNode {
  const columns = useMemo<ColumnDef<TenantAlert>[]>(
    () => [
      {
        id: "severity",
        header: text.columns.severity,
        meta: { sort: "severity" },
        cell: ({ row }) => <SeverityLabel severity={row.original.severity} />,
      },
      {
        id: "summary",
        header: text.columns.summary,
        cell: ({ row: { original: alert } }) => (
          <Unfold
            open={alert.alert_id === expanded}
            label={text.expand(alert.summary)}
            onChange={(open) => onExpand(open ? alert.alert_id : null)}
          >
            {alert.summary}
          </Unfold>
        ),
      },
      {
        id: "tenant",
        header: text.columns.tenant,
        meta: { sort: "tenant_id" },
        cell: ({ row: { original } }) => <TenantLink tenantId={original.tenant_id} name={original.tenant_name} />,
      },
      {
        id: "device",
        header: text.columns.device,
        cell: ({ row: { original } }) => <Concerned alert={original} />,
      },
      {
        id: "status",
        header: text.columns.status,
        meta: { sort: "status" },
        cell: ({ row: { original } }) => (
          <span className="flex items-center gap-1.5">
            <AlertStatusBadge status={original.status} />
            {original.flapping_since !== null && <Badge tone="warn">{text.flapping}</Badge>}
          </span>
        ),
      },
      {
        id: "opened",
        header: text.columns.opened,
        meta: { sort: "opened_at", className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.opened_at} />,
      },
    ],
    [expanded, onExpand],
  );
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={alerts}
      rowId={(alert) => alert.alert_id}
      sorting={sorting}
      onSort={onSort}
      below={(alert) => (alert.alert_id === expanded ? <AlertFacts alert={alert} /> : null)}
    />
  );
}

/** What it is about, by its name and by its id or address. */
function Concerned({ alert }: { alert: TenantAlert }): ReactNode {
  const names = concernedIn(alert);
  return (
    <>
      {names.slice(0, -1).map((name) => (
        <span key={name} className="block">
          {name}
        </span>
      ))}
      <span className="font-mono text-xs text-muted">{names.at(-1) ?? shared.none}</span>
    </>
  );
}

function AlertFacts({ alert }: { alert: TenantAlert }): ReactNode {
  const words = text.facts;
  const facts: [string, ReactNode][] = [
    [words.id, <code key="id">{alert.alert_id}</code>],
    [words.type, alertTypeName(alert.type)],
    [
      words.triggered,
      <span key="triggered">
        {text.times(alert.trigger_count)}, {words.last} <Moment time={alert.last_triggered_at} long />
      </span>,
    ],
  ];
  if (alert.acknowledged_at !== null) {
    facts.push([words.acknowledged, <Done key="done" time={alert.acknowledged_at} who={alert.acknowledged_by} />]);
  }
  if (alert.silenced_until !== null) {
    facts.push([words.silenced, <Done key="silenced" time={alert.silenced_until} who={alert.silenced_by} />]);
  }
  if (alert.closed_at !== null) {
    facts.push([
      words.closed,
      <span key="closed">
        <Done time={alert.closed_at} who={alert.closed_by} />
        {alert.closed_reason !== null && <span className="text-muted">: {alert.closed_reason}</span>}
      </span>,
    ]);
  }
  for (const [name, value] of Object.entries(alert.details)) {
    facts.push([
      name.replaceAll("_", " "),
      <code key={name} className="text-xs break-all">
        {typeof value === "string" ? value : JSON.stringify(value)}
      </code>,
    ]);
  }
  return <Facts facts={facts} />;
}

function Done({ time, who }: { time: string; who: string | null }): ReactNode {
  return (
    <>
      <Moment time={time} long /> {who !== null && <span className="text-muted">{text.facts.by(who)}</span>}
    </>
  );
}
