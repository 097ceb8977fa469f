/** Puts a device's change of status into the lists that show it, so that they need not be read again for it. */
import type { QueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { keys } from "@/api/queries";
import { DEVICE_STATUSES, type Device } from "@/api/types";
import type { LiveEvent } from "./connection";

const StatusChange = z.object({
  device_id: z.string(),
  to_status: z.enum(DEVICE_STATUSES),
  changed_at: z.string(),
});
type StatusChange = z.infer<typeof StatusChange>;

interface Devices {
  items: readonly Device[];
}

/** Take a change over into every page that has the device. One that is older than what is known changes nothing. */
export function noteStatus(queries: QueryClient, event: LiveEvent): void {
  if (event.type !== "device.status_changed") return;
  const change = StatusChange.safeParse(event.data);
  if (!change.success) return;
  for (const query of queries.getQueryCache().findAll({ queryKey: keys.deviceListsByName })) {
    const page = query.state.data as Devices | undefined;
    const place = page?.items.findIndex(({ device_id }) => device_id === change.data.device_id) ?? -1;
    const device = page?.items[place];
    if (device === undefined || (device.status_changed_at ?? "") > change.data.changed_at) continue;
    const items = page?.items.with(place, after(device, change.data));
    // As old as it was: the other rows have not been read.
    queries.setQueryData(query.queryKey, { ...page, items }, { updatedAt: query.state.dataUpdatedAt });
  }
}

/** Whoever is back was seen at that moment. */
function after(device: Device, { to_status, changed_at }: StatusChange): Device {
  const seen = to_status === "ONLINE" && (device.last_seen_at ?? "") < changed_at;
  return {
    ...device,
    status: to_status,
    status_changed_at: changed_at,
    last_seen_at: seen ? changed_at : device.last_seen_at,
  };
}
