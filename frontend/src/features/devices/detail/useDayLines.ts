import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import type { DeviceDetail, Schemas } from "@/api/types";
import type { SparkPoint } from "@/components/sparkPath";
import { MINUTE, SECOND } from "@/lib/time";
import { deviceSeries, MOST_METRICS } from "../queries";
import { historyLine } from "./historyLine";

/** As long as an average of a day's history is over: before that there is next to nothing new. */
const PAUSE_MILLISECONDS = 15 * MINUTE;

/** The last day of a metric. */
export interface DayLine {
  points: readonly SparkPoint[];
  /** Milliseconds. */
  start: number;
  end: number;
  /** Of the values themselves, not of their averages. */
  lowest: number;
  highest: number;
}

const read = (results: UseQueryResult<Schemas["SeriesHistory"]>[]): Schemas["SeriesHistory"][] =>
  results.flatMap(({ data }) => data ?? []);

/** The last day of a device's numbers, by metric; of what has none in it, nothing. */
export function useDayLines(device: DeviceDetail): ReadonlyMap<string, DayLine> {
  const metrics = device.metrics.filter(({ value }) => typeof value === "number").map(({ metric }) => metric);
  const parts = Array.from({ length: Math.ceil(metrics.length / MOST_METRICS) }, (_, part) =>
    metrics.slice(part * MOST_METRICS, (part + 1) * MOST_METRICS),
  );
  const histories = useQueries({
    queries: parts.map((part) => ({
      ...deviceSeries(device.device_id, part, "24h", null),
      refetchInterval: PAUSE_MILLISECONDS,
    })),
    combine: read,
  });
  const expected = device.expected_interval.seconds * SECOND;
  return useMemo(() => new Map(histories.flatMap((history) => linesOf(history, expected))), [histories, expected]);
}

function linesOf(history: Schemas["SeriesHistory"], expected: number): [string, DayLine][] {
  const [start, end] = [history.start, history.end].map((time) => new Date(time).getTime()) as [number, number];
  const bucket = history.bucket_seconds * SECOND;
  return history.series
    .filter(({ points }) => points.length > 0)
    .map((series) => [
      series.metric,
      {
        points: historyLine(series, { bucket, expected, until: end }).points,
        start,
        end,
        lowest: Math.min(...series.points.map(({ min }) => min)),
        highest: Math.max(...series.points.map(({ max }) => max)),
      },
    ]);
}
