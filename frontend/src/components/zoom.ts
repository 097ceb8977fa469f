/** Which part of a time a chart shows. Pure; milliseconds. */
import { MINUTE } from "@/lib/time";

export interface Extent {
  start: number;
  end: number;
}

const SHORTEST = MINUTE;

/** The half in the middle; null where that would show next to nothing. */
export function closer({ start, end }: Extent): Extent | null {
  const quarter = (end - start) / 4;
  return 2 * quarter < SHORTEST ? null : { start: start + quarter, end: end - quarter };
}

/** Twice as much, with the same in the middle. Nothing is shown of what is to come. */
export function wider({ start, end }: Extent, now: number): Extent {
  const half = (end - start) / 2;
  return until({ start: start - half, end: end + half }, now);
}

/** As much of what was half of it before (-1) or after (1); null after what is now. */
export function moved({ start, end }: Extent, direction: -1 | 1, now: number): Extent | null {
  if (direction > 0 && end >= now) return null;
  const step = (direction * (end - start)) / 2;
  return until({ start: start + step, end: end + step }, now);
}

function until({ start, end }: Extent, now: number): Extent {
  const over = Math.max(0, end - now);
  return { start: start - over, end: end - over };
}
