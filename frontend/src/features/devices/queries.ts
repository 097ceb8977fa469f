import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import type { DeviceFilters } from "./useDeviceFilters";

/** A page is read when its rows come near; a screen shows some thirty. */
const PAGE = 200;

/** Last seen is the newest first, everything else from its beginning; `status` ascending has the worst first. */
export const devicePages = ({ q, status, site, type, lifecycle, sort }: DeviceFilters) =>
  infiniteQueryOptions({
    queryKey: [...keys.devices, "list", { q, status, site, type, lifecycle, sort }],
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Schemas["DevicePage"]) => page.next_cursor ?? undefined,
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/customer/devices", {
          signal,
          params: {
            query: {
              q: q === "" ? undefined : q,
              status: status.length > 0 ? status : undefined,
              site_id: site.length > 0 ? site : undefined,
              device_type: type.length > 0 ? type : undefined,
              lifecycle,
              sort,
              order: sort === "last_seen_at" ? "desc" : "asc",
              limit: PAGE,
              cursor: pageParam,
            },
          },
        }),
      ),
  });

export const deviceDetail = (deviceId: string) =>
  queryOptions({
    queryKey: keys.device(deviceId),
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/devices/{device_id}", { params: { path: { device_id: deviceId } }, signal })),
  });

export const deviceCredentials = (deviceId: string) =>
  queryOptions({
    queryKey: [...keys.device(deviceId), "credentials"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/devices/{device_id}/credentials", {
          params: { path: { device_id: deviceId }, query: { limit: 200 } },
          signal,
        }),
      ),
  });

export type HistoryRange = Schemas["HistoryRange"];
export const HISTORY_RANGES: readonly HistoryRange[] = ["1h", "6h", "24h", "7d", "30d"];

export interface Span {
  start: string;
  end: string;
}

/** Several metrics over a range, or over a part of one that somebody looks closer at. */
export const deviceSeries = (deviceId: string, metrics: readonly string[], range: HistoryRange, span: Span | null) =>
  queryOptions({
    queryKey: [...keys.device(deviceId), "series", metrics, range, span],
    enabled: metrics.length > 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/devices/{device_id}/telemetry/series", {
          params: { path: { device_id: deviceId }, query: { metric: [...metrics], ...(span ?? { range }) } },
          signal,
        }),
      ),
  });
