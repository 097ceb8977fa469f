/** Times as people read them. Everything inside is an instant: an ISO string from the API or milliseconds. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** "just now", "4 min ago", "3 h ago", "5 d ago"; "in 4 min" of what is to come. */
export function relativeTime(time: string | number, now: number): string {
  const distance = now - new Date(time).getTime();
  const size = Math.abs(distance);
  if (size < 5 * SECOND) return "just now";
  return distance > 0 ? `${duration(size)} ago` : `in ${duration(size)}`;
}

/** One unit, the largest that fits: "42 s", "7 min", "3 h", "12 d". */
export function duration(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} h`;
  return `${Math.floor(milliseconds / DAY)} d`;
}

/** Two units, for what is read to the minute: "2 h 05 min", "3 d 4 h". */
export function longDuration(milliseconds: number): string {
  if (milliseconds < HOUR) return duration(milliseconds);
  const minutes = Math.floor(milliseconds / MINUTE);
  if (milliseconds < DAY) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  const hours = Math.floor(milliseconds / HOUR);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Each is made once: that takes a hundred times as long as to format a time with it. */
function formatOf(options: Intl.DateTimeFormatOptions, locale = "en-GB"): Intl.DateTimeFormat {
  const name = JSON.stringify([locale, options]);
  const format = formats.get(name) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(name, format);
  return format;
}

/** "21 Nov 2026, 14:05:09" in a time zone. */
export function fullTime(time: string | number, timeZone: string): string {
  return formatOf({ dateStyle: "medium", timeStyle: "medium", timeZone }).format(new Date(time));
}

/** "21 Nov, 14:05" in a time zone, with the year unless it is this one. */
export function shortTime(time: string | number, timeZone: string, now: number = Date.now()): string {
  const isThisYear = new Date(time).getUTCFullYear() === new Date(now).getUTCFullYear();
  return formatOf({
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  }).format(new Date(time));
}

/** "21 Nov, 16:35 – 18:35" in a time zone; the end has its day when it is another. */
export function timeSpan(start: string, end: string, timeZone: string, now: number = Date.now()): string {
  const [from, until] = [shortTime(start, timeZone, now), shortTime(end, timeZone, now)];
  const [day, clock = ""] = until.split(", ");
  return `${from} – ${from.startsWith(`${day}, `) ? clock : until}`;
}

/**
 * What an axis over `span` milliseconds says of a time: the clock within two days, else the day as well; its seconds where
 * a step from one to the next is less than a minute.
 */
export function axisTime(time: number, span: number, timeZone: string, step = MINUTE): string {
  const parts: Intl.DateTimeFormatOptions =
    span <= 2 * DAY
      ? { hour: "2-digit", minute: "2-digit", ...(step < MINUTE ? { second: "2-digit" } : {}) }
      : { day: "numeric", month: "short", ...(span <= 10 * DAY ? { hour: "2-digit", minute: "2-digit" } : {}) };
  return formatOf({ ...parts, timeZone }).format(time);
}

/** The instant of a wall-clock time ("2026-11-21T14:05") in a time zone; a skipped one is the first after the jump. */
export function instantOf(wallTime: string, timeZone: string): Date {
  const asUtc = new Date(`${wallTime}Z`).getTime();
  const first = asUtc - offsetOf(asUtc, timeZone);
  return new Date(asUtc - offsetOf(first, timeZone));
}

/** The wall-clock time of an instant in a time zone, as `<input type="datetime-local">` has it. */
export function wallTimeOf(instant: Date, timeZone: string): string {
  return new Date(instant.getTime() + offsetOf(instant.getTime(), timeZone)).toISOString().slice(0, 16);
}

function offsetOf(instant: number, timeZone: string): number {
  const parts = formatOf(
    {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    },
    "en-US",
  ).formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(instant / SECOND) * SECOND;
}

/** The instant that somebody wrote into an address; undefined of what is none. */
export function instantIn(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const time = new Date(written);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
