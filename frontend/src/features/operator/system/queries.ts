import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import type { Schemas } from "@/api/types";
import { REFRESH_MILLISECONDS } from "../queries";
import { startOf, type RangeName } from "../ranges";

export type Capacity = Schemas["Capacity"];
export type ComponentHealth = Schemas["ComponentHealth"];
export type Curve = Schemas["Curve"];
export type SystemMetric = Schemas["SystemMetric"];
export type SystemMetricMeaning = Schemas["SystemMetricMeaning"];

const SYSTEM = "operator-system";

/** Measured once a minute: to ask more often finds nothing new. */
const MEASURED_MILLISECONDS = 60_000;

export const capacity = queryOptions({
  queryKey: [SYSTEM, "capacity"],
  refetchInterval: REFRESH_MILLISECONDS,
  queryFn: ({ signal }) => ask(api.GET("/operator/system/capacity", { signal })),
});

export const failures = queryOptions({
  queryKey: [SYSTEM, "errors"],
  refetchInterval: REFRESH_MILLISECONDS,
  queryFn: ({ signal }) =>
    ask(api.GET("/operator/system/errors", { params: { query: { hours: 24, limit: 100 } }, signal })),
});

export const metricMeanings = queryOptions({
  queryKey: [SYSTEM, "metrics"],
  refetchInterval: MEASURED_MILLISECONDS,
  queryFn: ({ signal }) => ask(api.GET("/operator/system/metrics", { signal })),
});

export const metricSeries = (metrics: readonly SystemMetric[], range: RangeName) =>
  queryOptions({
    queryKey: [SYSTEM, "series", metrics, range],
    refetchInterval: MEASURED_MILLISECONDS,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/operator/system/metrics/series", {
          params: { query: { metric: [...metrics], start: startOf(range) } },
          signal,
        }),
      ),
  });
