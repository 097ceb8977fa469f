import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import type { DeviceFilters } from "./useDeviceFilters";

/** Devices on a page; a screen shows some thirty. */
export const PAGE = 200;
/** When somebody was last seen is not told live. */
const LAST_SEEN_MILLISECONDS = 30_000;

/** Last seen is the newest first, everything else from its beginning; `status` ascending has the worst first. */
function readDevices(
  { q, status, site, type, lifecycle, sort }: DeviceFilters,
  { cursor, limit, signal }: { cursor?: string | undefined; limit: number; signal: AbortSignal },
): Promise<Schemas["DevicePage"]> {
  return ask(
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
          limit,
          cursor,
        },
      },
    }),
  );
}

const listKey = (filters: DeviceFilters): readonly unknown[] => [
  ...(filters.status.length > 0 || filters.sort === "status" || filters.sort === "last_seen_at"
    ? keys.deviceListsByStatus
    : keys.deviceListsByName),
  filters,
];

const pageKey = (filters: DeviceFilters, index: number): readonly unknown[] => [...listKey(filters), index];

/** One page of a list, which begins where the page before it ends by now. */
export const devicePage = (filters: DeviceFilters, index: number) =>
  queryOptions({
    queryKey: pageKey(filters, index),
    refetchInterval: LAST_SEEN_MILLISECONDS,
    queryFn: async ({ client, signal }): Promise<Schemas["DevicePage"]> => {
      if (index === 0) return readDevices(filters, { limit: PAGE, signal });
      const queryKey = pageKey(filters, index - 1);
      const before = client.getQueryCache().find<Schemas["DevicePage"]>({ queryKey, exact: true });
      // Both may be read again at once. If that one fails, its old end still holds.
      if (before?.state.fetchStatus === "fetching") await Promise.allSettled([before.promise]);
      const cursor = before?.state.data?.next_cursor;
      // The list has become shorter.
      if (cursor === undefined || cursor === null) return { items: [], next_cursor: null, total: index * PAGE };
      return readDevices(filters, { cursor, limit: PAGE, signal });
    },
  });

/** How many devices a list has. */
export const countDevices = (filters: DeviceFilters) =>
  queryOptions({
    queryKey: [...listKey(filters), "count"],
    queryFn: ({ signal }) => readDevices(filters, { limit: 1, signal }),
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
