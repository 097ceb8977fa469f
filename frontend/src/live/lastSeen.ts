/**
 * One time at which a device was last seen, in its page and in the lists beside it: they are read at different moments,
 * and what is heard live is newer than any read.
 */
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { z } from "zod";
import { keys } from "@/api/queries";
import type { LiveEvent } from "./connection";

interface Seen {
  device_id: string;
  last_seen_at: string | null;
}

interface List {
  items: readonly Seen[];
}

const Telemetry = z.object({ device_id: z.string(), reading_time: z.string() });

/** A device that sends is seen. */
export function noteHeard(queries: QueryClient, event: LiveEvent): void {
  if (event.type !== "device.telemetry") return;
  const heard = Telemetry.safeParse(event.data);
  if (heard.success) noteSeen(queries, heard.data.device_id, heard.data.reading_time);
}

/** Devices as they were just read. One that is looked at has the newest time that is known, here and everywhere else. */
export function withNewestSeen<Device extends Seen>(queries: QueryClient, devices: readonly Device[]): Device[] {
  return devices.map((device) => {
    const { device_id: deviceId } = device;
    if (queries.getQueryState(keys.device(deviceId)) === undefined) return device;
    const newest = [device, ...shown(queries, deviceId).map(({ seen }) => seen)].reduce((one, other) =>
      isOlder(one, other.last_seen_at) ? other : one,
    );
    noteSeen(queries, deviceId, newest.last_seen_at);
    return { ...device, last_seen_at: newest.last_seen_at };
  });
}

function noteSeen(queries: QueryClient, deviceId: string, time: string | null): void {
  for (const { key, seen, put } of shown(queries, deviceId)) {
    if (!isOlder(seen, time)) continue;
    // As old as it was: nothing else has been read.
    const updatedAt = queries.getQueryState(key)?.dataUpdatedAt;
    queries.setQueryData(key, put({ ...seen, last_seen_at: time }), { updatedAt });
  }
}

interface Shown {
  key: QueryKey;
  seen: Seen;
  /** What the query is with another one in its place. */
  put: (seen: Seen) => unknown;
}

/** Wherever a device is kept: by itself, and in pages of lists. */
function shown(queries: QueryClient, deviceId: string): Shown[] {
  const own = queries.getQueryData<Seen>(keys.device(deviceId));
  const lists = queries.getQueriesData<List>({ queryKey: keys.deviceLists }).flatMap(([key, list]) => {
    const place = list?.items.findIndex(({ device_id }) => device_id === deviceId) ?? -1;
    const seen = list?.items[place];
    return list === undefined || seen === undefined
      ? []
      : [{ key, seen, put: (next: Seen) => ({ ...list, items: list.items.with(place, next) }) }];
  });
  return own === undefined ? lists : [{ key: keys.device(deviceId), seen: own, put: (next) => next }, ...lists];
}

function isOlder({ last_seen_at: before }: Seen, time: string | null): boolean {
  return time !== null && (before === null || Date.parse(before) < Date.parse(time));
}
