/** What of a device's telemetry is shown first, and beside what. Pure. */
import type { Line } from "@/components/LineChart";
import type { HistoryRange } from "../queries";

const HOUR = 3_600_000;
/** Those that a device's page opens with, the shortest first. */
const FIRST_RANGES: readonly (readonly [HistoryRange, number])[] = [
  ["24h", 24 * HOUR],
  ["7d", 7 * 24 * HOUR],
  ["30d", 30 * 24 * HOUR],
];

/** The shortest range, from a day up, that has the newest reading in it; a day when none has. */
export function rangeWithData(newest: string | undefined, now: number): HistoryRange {
  if (newest === undefined) return "24h";
  const age = now - new Date(newest).getTime();
  return FIRST_RANGES.find(([, length]) => age < length)?.[0] ?? "24h";
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
