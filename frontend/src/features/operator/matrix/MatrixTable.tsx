import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { DEVICE_STATUSES } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { StackedBar } from "@/components/Meter";
import { Sparkline } from "@/components/Sparkline";
import { Badge } from "@/components/Status";
import { statusWords } from "@/components/text";
import { TimeAgo } from "@/components/Time";
import { count, percent } from "@/lib/numbers";
import { attentionWords } from "../attention";
import type { TenantHealth } from "../queries";
import { text } from "./text";

const TONES = { NONE: "good", AMBER: "warn", RED: "bad" } as const;
const COLOURS = {
  ONLINE: "var(--online)",
  STALE: "var(--stale)",
  OFFLINE: "var(--offline)",
  PENDING: "var(--line)",
} as const;
const NUMBER = { className: "tabular text-right" };

const COLUMNS: ColumnDef<TenantHealth>[] = [
  {
    id: "attention",
    header: text.columns.attention,
    cell: ({ row: { original } }) => (
      <Badge tone={TONES[original.attention]}>{attentionWords[original.attention]}</Badge>
    ),
  },
  {
    id: "tenant",
    header: text.columns.tenant,
    cell: ({ row: { original } }) => (
      <Link to={`/operator/tenants/${original.tenant_id}`} className="font-medium hover:underline">
        {original.name}
      </Link>
    ),
  },
  {
    id: "devices",
    header: text.columns.devices,
    cell: ({ row: { original } }) => (
      <span className="flex items-center gap-2">
        <span className="tabular w-16 text-right">{count(original.devices)}</span>
        <span className="w-24">
          <StackedBar
            label={text.byStatus(
              DEVICE_STATUSES.map((status) => `${statusWords[status]} ${count(original.counts[status] ?? 0)}`),
            )}
            parts={DEVICE_STATUSES.map((status) => ({
              name: status,
              value: original.counts[status] ?? 0,
              colour: COLOURS[status],
            }))}
          />
        </span>
      </span>
    ),
  },
  {
    id: "online",
    header: text.columns.online,
    meta: NUMBER,
    cell: ({ row }) => percent(row.original.online_percent),
  },
  { id: "alerts", header: text.columns.alerts, meta: NUMBER, cell: ({ row }) => count(row.original.live_alerts) },
  {
    id: "critical",
    header: text.columns.critical,
    meta: NUMBER,
    cell: ({ row: { original } }) => (
      <span className={original.critical_alerts > 0 ? "font-semibold text-offline" : "text-muted"}>
        {count(original.critical_alerts)}
      </span>
    ),
  },
  {
    id: "trend",
    header: text.columns.trend,
    cell: ({ row: { original } }) => (
      <Sparkline
        points={original.alerts_by_hour.map((alerts, hour) => [hour, alerts])}
        start={0}
        end={original.alerts_by_hour.length - 1}
        base={0}
        label={text.trend(
          original.name,
          original.alerts_by_hour.reduce((sum, alerts) => sum + alerts, 0),
          Math.max(0, ...original.alerts_by_hour),
        )}
      />
    ),
  },
  {
    id: "seen",
    header: text.columns.seen,
    meta: { className: "text-muted" },
    cell: ({ row }) => <TimeAgo time={row.original.last_seen_at} />,
  },
];

export function MatrixTable({ tenants }: { tenants: readonly TenantHealth[] }): ReactNode {
  return <DataTable label={text.title} columns={COLUMNS} rows={tenants} rowId={(tenant) => tenant.tenant_id} />;
}
