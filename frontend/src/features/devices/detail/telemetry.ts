/** What of a device's telemetry is shown first, and beside what. Pure. */
import type { Line } from "@/components/LineChart";
import { metricValue } from "@/lib/numbers";
import { DAY, HOUR, instantIn } from "@/lib/time";
import type { HistoryRange, Span } from "../queries";

/** Those that a device's page opens with, the shortest first. */
const FIRST_RANGES: readonly HistoryRange[] = ["24h", "7d", "30d"];
/** Of a device that is new a day is a dot. */
const RANGES_OF_NEW: readonly HistoryRange[] = ["1h", "6h"];

/** How many milliseconds a range has: its name says it. */
export function lengthOf(range: HistoryRange): number {
  return parseInt(range) * (range.endsWith("d") ? DAY : HOUR);
}

/**
 * The shortest range, from a day up, that has the newest reading in it; a day when none has. Of a device that has not been
 * there for a day, the shortest one since it has been.
 */
export function rangeWithData(newest: string | undefined, created: string, now: number): HistoryRange {
  if (newest === undefined) return "24h";
  const wholeLife = RANGES_OF_NEW.find((range) => now - new Date(created).getTime() < lengthOf(range));
  if (wholeLife !== undefined) return wholeLife;
  const age = now - new Date(newest).getTime();
  return FIRST_RANGES.find((range) => age < lengthOf(range)) ?? "24h";
}

/** The part of the time that an address names; null for the whole range, and of what can't be one. */
export function spanIn(start: string | undefined, end: string | undefined): Span | null {
  const [from, until] = [instantIn(start), instantIn(end)];
  return from === undefined || until === undefined || from >= until ? null : { start: from, end: until };
}

/** Lines that share an axis: those of one unit. What has no unit has an axis of its own. */
export function byUnit(lines: readonly Line[]): Line[][] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const axis = line.unit === null ? `metric ${line.name}` : `unit ${line.unit}`;
    groups.set(axis, [...(groups.get(axis) ?? []), line]);
  }
  return [...groups.values()];
}

/** What a line's picture shows, for who doesn't see it: "temp_c: 3.1 to 5.2, at last 4". */
export function lineInWords({ name, points }: Line): string {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const last = values.at(-1);
  if (last === undefined) return `${name}: nothing`;
  return `${name}: ${metricValue(Math.min(...values))} to ${metricValue(Math.max(...values))}, at last ${metricValue(last)}`;
}
