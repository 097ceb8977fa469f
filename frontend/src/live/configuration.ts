/** What has to be read again after somebody changed how things are set up: docs/realtime.md has the channels and kinds. */
import { keys } from "@/api/queries";
import type { Permission } from "@/api/types";

/** What changes are told of: what a permission to read it is called. */
const FOLLOWED = [
  "addons",
  "alert-rules",
  "alerts",
  "api-keys",
  "devices",
  "escalation-policies",
  "exports",
  "maintenance",
  "metrics",
  "notifications",
  "oncall",
  "reports",
  "sites",
  "subscriptions",
  "tenant",
  "users",
] as const satisfies readonly (Permission extends infer Name
  ? Name extends `${infer What}:read`
    ? What
    : never
  : never)[];

const integrations = ["integrations"] as const;
const metrics = [["metrics"]] as const;
const oncall = [["oncall"]] as const;
const reports = [["reports"]] as const;

/** Beginnings of keys that a change of a kind makes old. What no page shows is left out. */
export const STALE_AFTER_CHANGE: Partial<Record<string, readonly (readonly string[])[]>> = {
  addon: [["addons"]],
  alert_limit: [[...keys.alerts, "limit"]],
  // The overview says what is still to be set up.
  alert_rule: [keys.rules, keys.overview],
  api_key: [["api-keys"]],
  device_group: [["device-groups"], keys.groupDevices],
  device_type: [[...keys.devices, "types"]],
  digest: [["digest"]],
  escalation_policy: [["escalation-policies"]],
  export: [["exports"]],
  inbound_source: [["inbound-sources"]],
  maintenance_window: [keys.maintenance, keys.overview],
  metric: metrics,
  metric_mapping: metrics,
  // The server puts a channel's name, and whether it is on, into routing rules.
  notification_channel: [["channels"], ["routing"], integrations, keys.overview],
  notification_job: [["deliveries"]],
  notification_routing_rule: [["routing"], integrations],
  oncall_override: oncall,
  oncall_schedule: oncall,
  report: reports,
  report_schedule: reports,
  // The server puts a site's name into devices.
  site: [keys.sites, keys.devices, keys.overview],
  subscription: [["subscriptions"], [...keys.devices, "seats"]],
  target: [["targets"]],
  tenant: [keys.tenant],
  user: [["users"]],
};

/** The channels of changes to what somebody may read. */
export function changeChannels(permissions: readonly Permission[]): readonly string[] {
  return FOLLOWED.filter((what) => permissions.includes(`${what}:read`)).map((what) => `changes:${what}`);
}
