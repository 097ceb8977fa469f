/** What things are called by now, for entries that tell them by their ids alone. */
import { useQueries } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { readAll } from "@/api/paging";
import { keptForMenus } from "@/api/queries";
import { EVERYBODY, usePlane } from "./plane";
import type { AuditEntry } from "./queries";
import { kindOf, nameIn } from "./things";

type Named = readonly [id: string, name: string];
type Read = (signal: AbortSignal) => Promise<Named[]>;

const limit = 200;

/** One read for each kind: lists that are short enough to be chosen from. */
const READS: Partial<Record<string, Read>> = {
  alert_rule: async (signal) =>
    (
      await readAll((cursor) => ask(api.GET("/customer/alert-rules", { params: { query: { limit, cursor } }, signal })))
    ).map(({ rule_id, name }) => [rule_id, name]),
  device_group: async (signal) =>
    (
      await readAll((cursor) =>
        ask(api.GET("/customer/device-groups", { params: { query: { limit, cursor } }, signal })),
      )
    ).map(({ group_id, name }) => [group_id, name]),
  escalation_policy: async (signal) =>
    (
      await readAll((cursor) =>
        ask(api.GET("/customer/escalation-policies", { params: { query: { limit, cursor } }, signal })),
      )
    ).map(({ policy_id, name }) => [policy_id, name]),
  inbound_source: async (signal) =>
    (
      await readAll((cursor) =>
        ask(api.GET("/customer/inbound-sources", { params: { query: { limit, cursor } }, signal })),
      )
    ).map(({ source_id, name }) => [source_id, name]),
  maintenance_window: async (signal) =>
    (
      await readAll((cursor) =>
        ask(api.GET("/customer/maintenance-windows", { params: { query: { limit, cursor } }, signal })),
      )
    ).map(({ window_id, name }) => [window_id, name]),
  notification_channel: async (signal) =>
    (
      await readAll((cursor) =>
        ask(api.GET("/customer/notification-channels", { params: { query: { limit, cursor } }, signal })),
      )
    ).map(({ channel_id, name }) => [channel_id, name]),
  notification_routing_rule: async (signal) =>
    (
      await readAll((cursor) =>
        ask(api.GET("/customer/notification-routing-rules", { params: { query: { limit, cursor } }, signal })),
      )
    ).map(({ rule_id, name }) => [rule_id, name]),
  oncall_schedule: async (signal) =>
    (
      await readAll((cursor) =>
        ask(api.GET("/customer/oncall-schedules", { params: { query: { limit, cursor } }, signal })),
      )
    ).map(({ schedule_id, name }) => [schedule_id, name]),
  subscription: async (signal) =>
    (
      await readAll((cursor) =>
        ask(api.GET("/customer/subscriptions", { params: { query: { limit, cursor } }, signal })),
      )
    ).map(({ subscription_id, name }) => [subscription_id, name]),
  target: async (signal) =>
    (
      await readAll((cursor) => ask(api.GET("/customer/targets", { params: { query: { limit, cursor } }, signal })))
    ).map(({ target_id, name }) => [target_id, name]),
  user: async (signal) =>
    (await readAll((cursor) => ask(api.GET("/customer/users", { params: { query: { limit, cursor } }, signal })))).map(
      ({ user_id, name, email }) => [user_id, name || email],
    ),
};

/** Names by id, of what entries don't name themselves; operators see no tenant's lists. */
export function useNames(entries: readonly AuditEntry[]): ReadonlyMap<string, string> {
  const plane = usePlane();
  const nameless = plane === EVERYBODY ? [] : entries.filter((entry) => nameIn(entry) === undefined);
  const kinds = [...new Set(nameless.map(kindOf))].flatMap((kind) => {
    const read = READS[kind];
    return read === undefined ? [] : [{ kind, read }];
  });
  return useQueries({
    queries: kinds.map(({ kind, read }) => ({
      queryKey: ["audit-log", "names", kind],
      ...keptForMenus,
      queryFn: ({ signal }: { signal: AbortSignal }) => read(signal),
    })),
    combine: byId,
  });
}

function byId(reads: readonly { data: Named[] | undefined }[]): ReadonlyMap<string, string> {
  return new Map(reads.flatMap(({ data }) => data ?? []));
}
