/** Where times stand on an axis from left to right, and what the axis says of them. Pure; milliseconds. */
import { DAY, HOUR, instantOf, MINUTE, wallTimeOf } from "@/lib/time";

export interface Axis {
  start: number;
  end: number;
}

/** How far from the left a time stands, in percent. */
export function placeOf(time: number, { start, end }: Axis): number {
  return (100 * (Math.min(Math.max(time, start), end) - start)) / (end - start);
}

/** Days have room for a label; of less the hours are told. */
const MOST_HOURS = 2 * DAY;

const showsDays = ({ start, end }: Axis): boolean => end - start > MOST_HOURS;

/** Midnights, every so many days that about fourteen fit, from that of the first day on; hours within two days. */
export function ticksOf(axis: Axis, timeZone: string): number[] {
  const { start, end } = axis;
  if (!showsDays(axis)) {
    const step = Math.max(1, Math.ceil((end - start) / HOUR / 12)) * HOUR;
    const first = Math.ceil(start / HOUR) * HOUR;
    return Array.from({ length: Math.ceil((end - first) / step) }, (_, index) => first + index * step);
  }
  const every = Math.max(1, Math.ceil((end - start) / DAY / 15));
  const [day = ""] = wallTimeOf(new Date(start), timeZone).split("T");
  const ticks: number[] = [];
  for (let index = 0; ; index += every) {
    const next = new Date(new Date(`${day}T00:00Z`).getTime() + index * DAY).toISOString().slice(0, 10);
    const tick = instantOf(`${next}T00:00`, timeZone).getTime();
    if (tick >= end) return ticks;
    ticks.push(Math.max(tick, start));
  }
}

export interface Mark {
  time: number;
  label: string;
}

/** What the ticks are called, and the longer periods that they belong to: months of days, days of hours. */
export function marksOf(axis: Axis, ticks: readonly number[], timeZone: string): { periods: Mark[]; steps: Mark[] } {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
  const [period, step] = showsDays(axis)
    ? [format({ month: "short" }), format({ weekday: "short", day: "numeric" })]
    : [format({ day: "numeric", month: "short" }), format({ hour: "2-digit", minute: "2-digit" })];
  const periods: Mark[] = [{ time: axis.start, label: period.format(axis.start) }];
  for (const time of ticks) {
    const label = period.format(time);
    if (label !== periods.at(-1)?.label) periods.push({ time, label });
  }
  return { periods, steps: ticks.map((time) => ({ time, label: step.format(time) })) };
}

/** The time below a horizontal place within a box, both in pixels; outside of the box that of its nearer side. */
export function timeAt(x: number, { left, width }: { left: number; width: number }, { start, end }: Axis): number {
  return start + (end - start) * Math.min(Math.max((x - left) / width, 0), 1);
}

/**
 * The stretch between two times, whichever comes first, in whole quarter hours, or whole hours where days are shown, by
 * the clocks of a time zone. Nothing of it is over; null where nothing is left.
 */
export function stretchBetween(one: number, other: number, axis: Axis, timeZone: string, now: number): Axis | null {
  const step = showsDays(axis) ? HOUR : HOUR / 4;
  const onClock = (round: (steps: number) => number, time: number): number => {
    const offset = Date.parse(`${wallTimeOf(new Date(time), timeZone)}Z`) - Math.floor(time / MINUTE) * MINUTE;
    return round((time + offset) / step) * step - offset;
  };
  const start = Math.max(onClock(Math.round, Math.min(one, other)), onClock(Math.ceil, now));
  const end = onClock(Math.round, Math.max(one, other));
  return end > start ? { start, end } : null;
}
