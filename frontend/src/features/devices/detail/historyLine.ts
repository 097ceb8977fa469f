/** A metric's history as a line: broken where the device was silent, with the extremes that averages hide. Pure. */
import type { Schemas } from "@/api/types";
import type { Line } from "@/components/LineChart";
import type { LiveReading } from "@/live/store";
import { SECOND } from "@/lib/time";

/** So many times the usual distance of two points without one is silence. */
const SILENT_INTERVALS = 3;

export interface HistoryRead {
  /** Milliseconds of one bucket. */
  bucket: number;
  /** Milliseconds in which the device is expected to send something. */
  expected: number;
  /** Milliseconds up to which was read. */
  until: number;
}

/** What was heard since the read, if anything, ends the line. */
export function historyLine(
  { metric, unit, points }: Schemas["MetricSeries"],
  read: HistoryRead,
  heard?: LiveReading,
): Line {
  const averages = points.map(({ time, avg }) => [new Date(time).getTime(), avg] as const);
  const times = averages.map(([time]) => time);
  const silence = SILENT_INTERVALS * Math.max(read.bucket, read.expected, usualDistance(times));
  const drawn: (readonly [number, number | null])[] = [];
  let last: number | undefined;
  const add = (time: number, value: number): void => {
    if (last !== undefined && time - last > silence) drawn.push([last + SECOND, null]);
    drawn.push([time, value]);
    last = time;
  };
  for (const [time, value] of averages) add(time, value);

  const heardAt = heard === undefined ? undefined : new Date(heard.time).getTime();
  if (heard !== undefined && heardAt !== undefined && heardAt > (last ?? 0)) {
    // What came between the read and the newest value isn't kept: only what the read knows can be a silence.
    if (last !== undefined && read.until - last <= silence) last = Math.max(last, read.until);
    add(heardAt, Number(heard.value));
  }

  const extremes = points.map(({ time, min, max }) => [new Date(time).getTime(), min, max] as const);
  const hasBand = extremes.some(([, lowest, highest]) => lowest < highest);
  return { name: metric, unit, points: drawn, ...(hasBand ? { extremes } : {}) };
}

/** The median, as a device may well send a metric more rarely than it sends at all; 0 of too few points. */
function usualDistance(times: readonly number[]): number {
  if (times.length < 3) return 0;
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return distances.sort((one, other) => one - other)[Math.floor(distances.length / 2)] ?? 0;
}
