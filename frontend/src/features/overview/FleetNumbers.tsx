import type { ReactNode } from "react";
import { Link } from "react-router";
import { DEVICE_STATUSES, type DeviceStatus } from "@/api/types";
import { StackedBar } from "@/components/Meter";
import { statusWords } from "@/components/text";
import { ofWhatIsKnown, shareOf, shareTone } from "@/lib/availability";
import { classes } from "@/lib/classes";
import { count } from "@/lib/numbers";
import type { Overview } from "./queries";
import { text } from "./text";

const COLOURS: Record<DeviceStatus, string> = {
  ONLINE: "var(--online)",
  STALE: "var(--stale)",
  OFFLINE: "var(--offline)",
  PENDING: "var(--pending)",
};

export function FleetNumbers({
  fleet,
  uptime,
  alerts,
  maintenance,
}: Pick<Overview, "fleet" | "uptime" | "alerts" | "maintenance">): ReactNode {
  const of = (status: DeviceStatus): number => fleet.counts[status] ?? 0;
  const silent = of("STALE") + of("OFFLINE");
  const open = alerts?.counts.OPEN ?? 0;
  return (
    <section aria-label={text.fleet} className="rounded-lg border bg-surface">
      <dl className="grid grid-cols-2 divide-x md:grid-cols-3 xl:grid-cols-6 [&>*]:border-b xl:[&>*]:border-b-0">
        <Figure
          name={text.fleet}
          value={fleet.total}
          to="/devices"
          note={text.outOfService(fleet.suspended, fleet.decommissioned)}
        />
        <Figure
          name={text.online}
          value={of("ONLINE")}
          to="/devices?status=ONLINE"
          tone="text-online"
          note={text.neverSeen(of("PENDING"))}
        />
        <Figure
          name={text.notOnline}
          value={silent}
          to="/devices?status=STALE&status=OFFLINE"
          tone={silent ? "text-offline" : undefined}
          note={`${count(of("STALE"))} ${statusWords.STALE.toLowerCase()}, ${count(of("OFFLINE"))} ${statusWords.OFFLINE.toLowerCase()}`}
        />
        <Figure
          name={text.uptime}
          value={shareOf(uptime.uptime_percent)}
          tone={shareTone(uptime.uptime_percent, uptime.known_percent)}
          note={ofWhatIsKnown(uptime.uptime_percent, uptime.known_percent) ?? text.uptimeOf(uptime.devices)}
        />
        {alerts && (
          <Figure
            name={text.openAlerts}
            value={open}
            to="/alerts"
            tone={open ? "text-offline" : undefined}
            note={text.acknowledged(alerts.counts.ACKNOWLEDGED ?? 0)}
          />
        )}
        {maintenance && (
          <Figure
            name={text.maintenance}
            value={maintenance.active}
            to="/maintenance"
            note={maintenance.name ?? text.noMaintenance}
          />
        )}
      </dl>
      <div className="border-t px-3 py-2">
        <StackedBar
          label={DEVICE_STATUSES.map((status) => `${statusWords[status]} ${of(status)}`).join(", ")}
          parts={DEVICE_STATUSES.map((status) => ({ name: status, value: of(status), colour: COLOURS[status] }))}
        />
      </div>
    </section>
  );
}

interface FigureProps {
  name: string;
  value: number | string;
  note: string;
  to?: string;
  tone?: string | undefined;
}

function Figure({ name, value, note, to, tone }: FigureProps): ReactNode {
  const shown = typeof value === "number" ? count(value) : value;
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
      <dd className="truncate text-xs text-muted">{note}</dd>
    </div>
  );
}
