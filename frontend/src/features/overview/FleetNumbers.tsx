import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { alertCounts, fleetSummary, keys } from "@/api/queries";
import { DEVICE_STATUSES, type DeviceStatus } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { AsOf } from "@/components/AsOf";
import { StackedBar } from "@/components/Meter";
import { statusWords } from "@/components/text";
import { classes } from "@/lib/classes";
import { count, percent } from "@/lib/numbers";
import { text } from "./text";

const COLOURS: Record<DeviceStatus, string> = {
  ONLINE: "var(--online)",
  STALE: "var(--stale)",
  OFFLINE: "var(--offline)",
  PENDING: "var(--pending)",
};

/** At or above the first number all is well, at or above the second it is worth a look. */
const GOOD_UPTIME = 99;
const FAIR_UPTIME = 95;

export function FleetNumbers(): ReactNode {
  const summary = useQuery(fleetSummary);
  const alerts = useQuery({ ...alertCounts, enabled: usePermission("alerts:read") });
  const uptime = useQuery({
    queryKey: [...keys.devices, "uptime", "24h"],
    queryFn: ({ signal }) => ask(api.GET("/customer/fleet/uptime", { params: { query: { range: "24h" } }, signal })),
  });
  const maintenance = useQuery({
    queryKey: [...keys.maintenance, "active"],
    enabled: usePermission("maintenance:read"),
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/maintenance-windows", { params: { query: { state: "ACTIVE", limit: 1 } }, signal })),
  });
  const counts = summary.data?.counts;
  const silent = counts ? (counts.STALE ?? 0) + (counts.OFFLINE ?? 0) : undefined;
  const uptimePercent = uptime.data?.uptime_percent ?? null;
  return (
    <section aria-label={text.fleet} className="rounded-lg border bg-surface">
      <dl className="grid grid-cols-2 divide-x md:grid-cols-3 xl:grid-cols-6 [&>*]:border-b xl:[&>*]:border-b-0">
        <Figure
          name={text.fleet}
          value={summary.data?.total}
          to="/devices"
          note={summary.data && text.outOfService(summary.data.suspended, summary.data.decommissioned)}
        />
        <Figure
          name={text.online}
          value={counts?.ONLINE}
          to="/devices?status=ONLINE"
          tone="text-online"
          note={counts && text.neverSeen(counts.PENDING ?? 0)}
        />
        <Figure
          name={text.notOnline}
          value={silent}
          to="/devices?status=STALE&status=OFFLINE"
          tone={silent ? "text-offline" : undefined}
          note={
            counts &&
            `${count(counts.STALE ?? 0)} ${statusWords.STALE.toLowerCase()}, ${count(counts.OFFLINE ?? 0)} ${statusWords.OFFLINE.toLowerCase()}`
          }
        />
        <Figure
          name={text.uptime}
          value={uptime.data && percent(uptimePercent)}
          tone={uptimeTone(uptimePercent)}
          note={uptime.data && text.uptimeOf(uptime.data.devices)}
        />
        <Figure
          name={text.openAlerts}
          value={alerts.data?.counts.OPEN}
          to="/alerts"
          tone={alerts.data?.counts.OPEN ? "text-offline" : undefined}
          note={alerts.data && text.acknowledged(alerts.data.counts.ACKNOWLEDGED ?? 0)}
        />
        <Figure
          name={text.maintenance}
          value={maintenance.data?.total}
          note={maintenance.data?.items[0]?.name ?? (maintenance.data && text.noMaintenance)}
        />
      </dl>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t px-3 py-2">
        <div className="min-w-40 flex-1">
          <StackedBar
            label={
              counts ? DEVICE_STATUSES.map((status) => `${statusWords[status]} ${counts[status] ?? 0}`).join(", ") : ""
            }
            parts={DEVICE_STATUSES.map((status) => ({
              name: status,
              value: counts?.[status] ?? 0,
              colour: COLOURS[status],
            }))}
          />
        </div>
        <AsOf query={summary} />
      </div>
    </section>
  );
}

function uptimeTone(value: number | null): string | undefined {
  if (value === null) return undefined;
  return value >= GOOD_UPTIME ? "text-online" : value >= FAIR_UPTIME ? "text-stale" : "text-offline";
}

interface FigureProps {
  name: string;
  value: number | string | undefined;
  note?: string | undefined;
  to?: string;
  tone?: string | undefined;
}

function Figure({ name, value, note, to, tone }: FigureProps): ReactNode {
  const shown = value === undefined ? "…" : typeof value === "number" ? count(value) : value;
  return (
    <div className="px-3 py-2.5">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className={classes("tabular text-2xl font-semibold", tone)}>
        {to ? (
          <Link to={to} className="hover:underline">
            {shown}
          </Link>
        ) : (
          shown
        )}
      </dd>
      <dd className="truncate text-xs text-muted">{note ?? " "}</dd>
    </div>
  );
}
