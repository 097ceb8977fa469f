import { keepPreviousData, queryOptions, type QueryClient } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { keptWhileEdited, keys } from "@/api/queries";
import type { DeviceDetail, Schemas } from "@/api/types";
import { withNewestSeen } from "@/live/lastSeen";
import type { DeviceFilters } from "./useDeviceFilters";

/** Devices on a page; a screen shows some thirty. */
export const PAGE = 200;
/** When somebody was last seen is not told live. */
const LAST_SEEN_MILLISECONDS = 30_000;

/** Last seen is the newest first, everything else from its beginning; `status` ascending has the worst first. */
async function readDevices(
  { q, status, site, type, lifecycle, sort }: DeviceFilters,
  { client, cursor, limit, signal }: { client: QueryClient; cursor?: string; limit: number; signal: AbortSignal },
): Promise<Schemas["DevicePage"]> {
  const page = await ask(
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
  return { ...page, items: withNewestSeen(client, page.items) };
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
      if (index === 0) return readDevices(filters, { client, limit: PAGE, signal });
      const queryKey = pageKey(filters, index - 1);
      const before = client.getQueryCache().find<Schemas["DevicePage"]>({ queryKey, exact: true });
      // Both may be read again at once. If that one fails, its old end still holds.
      if (before?.state.fetchStatus === "fetching") await Promise.allSettled([before.promise]);
      const cursor = before?.state.data?.next_cursor;
      // The list has become shorter.
      if (cursor === undefined || cursor === null) return { items: [], next_cursor: null, total: index * PAGE };
      return readDevices(filters, { client, cursor, limit: PAGE, signal });
    },
  });

/** How many devices a list has. */
export const countDevices = (filters: DeviceFilters) =>
  queryOptions({
    queryKey: [...listKey(filters), "count"],
    queryFn: ({ client, signal }) => readDevices(filters, { client, limit: 1, signal }),
  });

/** Whether a list has a device, wherever in it; of one that is searched by words it may be said too readily. */
export const isListed = (filters: DeviceFilters, deviceId: string) =>
  queryOptions({
    queryKey: [...listKey(filters), "has", deviceId],
    queryFn: ({ client, signal }) => readDevices({ ...filters, q: deviceId }, { client, limit: PAGE, signal }),
    select: (found: Schemas["DevicePage"]) =>
      found.next_cursor !== null || found.items.some(({ device_id }) => device_id === deviceId),
  });

async function readDevice(
  deviceId: string,
  { client, signal }: { client: QueryClient; signal: AbortSignal },
): Promise<DeviceDetail> {
  const device = await ask(
    api.GET("/customer/devices/{device_id}", { params: { path: { device_id: deviceId } }, signal }),
  );
  return withNewestSeen(client, [device])[0] ?? device;
}

export const deviceDetail = (deviceId: string) =>
  queryOptions({ queryKey: keys.device(deviceId), queryFn: (context) => readDevice(deviceId, context) });

/** For its form: what its page shows of it goes on being read. Nothing is read again of it when the form is saved. */
export const editedDevice = (device: DeviceDetail) =>
  queryOptions({
    queryKey: ["edited-device", device.device_id],
    queryFn: (context) => readDevice(device.device_id, context),
    ...keptWhileEdited,
    initialData: device,
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
/** As many as the API draws at once. */
export const MOST_METRICS = 10;

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
