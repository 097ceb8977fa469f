import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { ProblemError } from "@/lib/problem";

export type Registration = Schemas["DeviceRegistration"];
export type Rule = Schemas["AlertRuleView"];

/** While a device is waited for it is asked for this often, in case that nothing is heard live. */
const WAITING_MILLISECONDS = 5000;

export const seats = queryOptions({
  queryKey: [...keys.devices, "seats"],
  queryFn: ({ signal }) => ask(api.GET("/customer/devices/seats", { signal })),
});

export const templates = queryOptions({
  queryKey: [...keys.rules, "templates"],
  staleTime: Infinity,
  queryFn: ({ signal }) => ask(api.GET("/customer/alert-rule-templates", { signal })),
});

export const enabledRules = queryOptions({
  queryKey: [...keys.rules, "enabled"],
  queryFn: ({ signal }) =>
    ask(api.GET("/customer/alert-rules", { params: { query: { enabled: true, limit: 200 } }, signal })),
});

export const newDevice = (deviceId: string) =>
  queryOptions({
    queryKey: keys.device(deviceId),
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/devices/{device_id}", { params: { path: { device_id: deviceId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.last_seen_at === null ? WAITING_MILLISECONDS : false),
  });

/** Whether there is a device of an id. What can't be told now is told when the device is added. */
export async function isTaken(deviceId: string): Promise<boolean> {
  try {
    await ask(api.GET("/customer/devices/{device_id}", { params: { path: { device_id: deviceId } } }));
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

/**
 * Whether a rule is for a device, as far as its scope says: null when that is for its groups to say.
 * Kinds of conditions must all fit; of one kind any.
 */
export function watches(
  rule: Pick<Rule, "scope">,
  device: Pick<Registration, "device_id" | "site_id" | "device_type"> & { tags: Record<string, string> },
): boolean | null {
  const { site_ids, device_types, device_ids, group_ids, tags } = rule.scope;
  const fits = (wanted: readonly string[], own: string): boolean => wanted.length === 0 || wanted.includes(own);
  const isTagged = Object.entries(tags).every(([tag, value]) => device.tags[tag] === value);
  const rest =
    fits(site_ids, device.site_id) &&
    fits(device_types, device.device_type) &&
    fits(device_ids, device.device_id) &&
    isTagged;
  return rest && group_ids.length > 0 ? null : rest;
}
