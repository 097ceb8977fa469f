/** Stretches of time up to now, as a menu offers them and an address names them. */
import { DAY, HOUR } from "@/lib/time";

export type RangeName = "1h" | "6h" | "24h" | "7d" | "30d" | "90d" | "365d";

export const RANGES: Readonly<Record<RangeName, { words: string; milliseconds: number }>> = {
  "1h": { words: "The last hour", milliseconds: HOUR },
  "6h": { words: "6 hours", milliseconds: 6 * HOUR },
  "24h": { words: "24 hours", milliseconds: 24 * HOUR },
  "7d": { words: "7 days", milliseconds: 7 * DAY },
  "30d": { words: "30 days", milliseconds: 30 * DAY },
  "90d": { words: "90 days", milliseconds: 90 * DAY },
  "365d": { words: "A year", milliseconds: 365 * DAY },
};

/** The range that an address names, or the usual one. */
export function rangeIn(written: string | undefined, offered: readonly RangeName[], usual: RangeName): RangeName {
  return offered.find((name) => name === written) ?? usual;
}

/** Where a range begins that ends now. */
export function startOf(range: RangeName, now: number = Date.now()): string {
  return new Date(now - RANGES[range].milliseconds).toISOString();
}
