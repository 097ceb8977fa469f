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

/** A whole list, read part by part, and what is taken of each entry. */
const list =
  <Entry>(
    read: (part: {
      params: { query: { limit: number; cursor: string | undefined } };
      signal: AbortSignal;
    }) => Promise<{ items: Entry[]; next_cursor: string | null }>,
    named: (entry: Entry) => Named,
  ): Read =>
  async (signal) =>
    (await readAll((cursor) => read({ params: { query: { limit: 200, cursor } }, signal }))).map(named);

/** One read for each kind: lists that are short enough to be chosen from. */
const READS: Partial<Record<string, Read>> = {
  alert_rule: list(
    (part) => ask(api.GET("/customer/alert-rules", part)),
    (each) => [each.rule_id, each.name],
  ),
  device_group: list(
    (part) => ask(api.GET("/customer/device-groups", part)),
    (each) => [each.group_id, each.name],
  ),
  escalation_policy: list(
    (part) => ask(api.GET("/customer/escalation-policies", part)),
    (each) => [each.policy_id, each.name],
  ),
  inbound_source: list(
    (part) => ask(api.GET("/customer/inbound-sources", part)),
    (each) => [each.source_id, each.name],
  ),
  maintenance_window: list(
    (part) => ask(api.GET("/customer/maintenance-windows", part)),
    (each) => [each.window_id, each.name],
  ),
  notification_channel: list(
    (part) => ask(api.GET("/customer/notification-channels", part)),
    (each) => [each.channel_id, each.name],
  ),
  notification_routing_rule: list(
    (part) => ask(api.GET("/customer/notification-routing-rules", part)),
    (each) => [each.rule_id, each.name],
  ),
  oncall_schedule: list(
    (part) => ask(api.GET("/customer/oncall-schedules", part)),
    (each) => [each.schedule_id, each.name],
  ),
  subscription: list(
    (part) => ask(api.GET("/customer/subscriptions", part)),
    (each) => [each.subscription_id, each.name],
  ),
  target: list(
    (part) => ask(api.GET("/customer/targets", part)),
    (each) => [each.target_id, each.name],
  ),
  user: list(
    (part) => ask(api.GET("/customer/users", part)),
    (each) => [each.user_id, each.name || each.email],
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
