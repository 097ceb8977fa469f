import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import type { Schemas } from "@/api/types";

export type Summary = Schemas["NocSummary"];
export type Gauge = Schemas["Gauge"];
export type NocChart = Schemas["NocChart"];
export type HeatCell = Schemas["HeatCell"];
export type Happening = Schemas["Happening"];
export type ComponentHealth = Schemas["ComponentHealth"];

/** Seconds between reads. */
export const REFRESHES = [15, 30, 60] as const;
export type Refresh = (typeof REFRESHES)[number];

const NOC = "operator-noc";
const MINUTES_OF_SERIES = 60;
const MOST_EVENTS = 50;

/** A screen on a wall is read to nobody's clicks: it goes on when its tab is not the one in front. */
const every = (seconds: Refresh) => ({
  staleTime: 0,
  refetchInterval: seconds * 1000,
  refetchIntervalInBackground: true,
});

export const summary = (seconds: Refresh) =>
  queryOptions({
    queryKey: [NOC, "summary"],
    ...every(seconds),
    queryFn: ({ signal }) => ask(api.GET("/operator/noc/summary", { signal })),
  });

export const series = (seconds: Refresh) =>
  queryOptions({
    queryKey: [NOC, "series"],
    ...every(seconds),
    queryFn: ({ signal }) =>
      ask(api.GET("/operator/noc/series", { params: { query: { minutes: MINUTES_OF_SERIES } }, signal })),
  });

export const topology = (seconds: Refresh) =>
  queryOptions({
    queryKey: [NOC, "topology"],
    ...every(seconds),
    queryFn: ({ signal }) => ask(api.GET("/operator/noc/topology", { signal })),
  });

export const heatmap = (seconds: Refresh, timezone: string) =>
  queryOptions({
    queryKey: [NOC, "heatmap", timezone],
    ...every(seconds),
    queryFn: ({ signal }) =>
      ask(api.GET("/operator/noc/heatmap", { params: { query: { days: 7, timezone } }, signal })),
  });

export const events = (seconds: Refresh) =>
  queryOptions({
    queryKey: [NOC, "events"],
    ...every(seconds),
    queryFn: ({ signal }) =>
      ask(api.GET("/operator/noc/events", { params: { query: { limit: MOST_EVENTS } }, signal })),
  });
