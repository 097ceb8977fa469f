/** A device's readings as a file: what the API gives in parts is put together. */
import { api, ask } from "@/api/client";
import type { HistoryRange, Span } from "../queries";

/** Readings in an answer: as many as the API gives at once. */
const PART = 10_000;
const MOST_PARTS = 20;

export type Period = Span | { range: HistoryRange };

export interface ReadingsFile {
  csv: string;
  /** Whether it has all readings of the period: of too many it has those from its beginning. */
  isWhole: boolean;
}

export async function readingsFile(
  deviceId: string,
  metrics: readonly string[],
  period: Period,
): Promise<ReadingsFile> {
  const parts: string[] = [];
  let cursor: string | undefined;
  do {
    const call = api.GET("/customer/devices/{device_id}/telemetry/export", {
      params: { path: { device_id: deviceId }, query: { metric: [...metrics], ...period, limit: PART, cursor } },
      parseAs: "text",
    });
    const part = await ask(call);
    parts.push(parts.length === 0 ? part : withoutHeader(part));
    cursor = (await call).response.headers.get("X-Next-Cursor") ?? undefined;
  } while (cursor !== undefined && parts.length < MOST_PARTS);
  return { csv: parts.join(""), isWhole: cursor === undefined };
}

/** Names of metrics have no line breaks. */
function withoutHeader(csv: string): string {
  return csv.slice(csv.indexOf("\n") + 1);
}
