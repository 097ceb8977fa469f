import type { ReactNode } from "react";
import { StackedBar } from "@/components/Meter";
import { Panel } from "@/components/Panel";
import { ofWhatIsKnown, shareOf, shareTone } from "@/lib/availability";
import { classes } from "@/lib/classes";
import { count } from "@/lib/numbers";
import { longDuration, SECOND } from "@/lib/time";
import type { SlaSummary } from "./queries";
import { reportText as text } from "./text";

function meanTime(seconds: number | null): string {
  return seconds === null ? text.never : longDuration(seconds * SECOND);
}

/** What somebody reads who reads nothing else. */
export function KeyFigures({ summary }: { summary: SlaSummary }): ReactNode {
  const { fleet, alerts } = summary;
  const availability = fleet.availability_percent;
  const known = ofWhatIsKnown(availability, fleet.known_percent);
  const numbers = [
    [text.devices, count(summary.devices)],
    [text.opened, count(summary.alerts_opened)],
    [text.closed, count(summary.alerts_closed)],
    [text.stillOpen, count(summary.alerts_still_open)],
    [text.mtta, meanTime(alerts.mean_seconds_to_acknowledge)],
    [text.mttr, meanTime(alerts.mean_seconds_to_close)],
  ] as const;
  const parts = [
    [text.parts.up, fleet.up_seconds, "var(--online)"],
    [text.parts.down, fleet.down_seconds, "var(--offline)"],
    [text.parts.maintenance, fleet.maintenance_seconds, "var(--maintenance)"],
    [text.parts.unknown, fleet.unknown_seconds, "var(--line)"],
  ] as const;
  const told = parts.map(([name, seconds]) => [name, longDuration(seconds * SECOND)] as const);
  return (
    <Panel title={text.availability}>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4 xl:grid-cols-7">
        <div>
          <dt className="text-xs text-muted">{text.columns.availability}</dt>
          <dd className={classes("tabular text-2xl font-semibold", shareTone(availability, fleet.known_percent))}>
            {availability === null ? text.noneCounts : shareOf(availability)}
          </dd>
          {known !== null && <dd className="text-xs text-muted">{known}</dd>}
        </div>
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="tabular text-2xl font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className="mt-4 mb-1 text-xs text-muted">{text.time}</h3>
      <StackedBar label={text.partsOf(told)} parts={parts.map(([name, value, colour]) => ({ name, value, colour }))} />
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs">
        {parts.map(([name, , colour], index) => (
          <li key={name} className="flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-full" style={{ background: colour }} />
            {name} <span className="tabular text-muted">{told[index]?.[1]}</span>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-xs text-muted">{text.partsDetail}</p>
    </Panel>
  );
}
