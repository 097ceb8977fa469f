/** Pages that are looked at: by axe in pages.e2e.ts, by people in screenshots.shots.ts. A new page adds its line. */
import { person, stack } from "./stack";

const device = stack.devices.find((one) => one.tenant_id === person("tenant-admin").tenant_id)?.device_id ?? "";

// prettier-ignore
export const PAGES: readonly (readonly [name: string, path: string])[] = [
  ["overview", ""],
  ["devices", `devices?device=${device}`],
  ["device", `devices/${device}`],
  ["device-telemetry", `devices/${device}?tab=telemetry`],
  ["device-alerts", `devices/${device}?tab=alerts`],
  ["device-commands", `devices/${device}?tab=commands`],
  ["device-credentials", `devices/${device}?tab=credentials`],
  ["device-uptime", `devices/${device}?tab=uptime`],
  ["alerts", "alerts?status=ALL"],
  ["device-wizard", "devices/new"],
  ["device-import", "devices/import"],
  ["groups", "groups"],
  ["sites", "sites"],
  ["alert-rules", "alert-rules"],
  ["alert-rule-new", "alert-rules/new"],
  ["maintenance", "maintenance"],
  ["oncall", "oncall"],
  ["oncall-schedule-new", "oncall/new"],
  ["escalation-policies", "escalation-policies"],
  ["escalation-policy-new", "escalation-policies/new"],
  ["integrations", "integrations"],
  ["metrics", "metrics"],
  ["metrics-catalog", "metrics?tab=catalog"],
  ["metrics-mappings", "metrics?tab=mappings"],
  ["users", "users"],
  ["api-keys", "api-keys"],
  ["audit-log", "audit-log"],
  ["subscriptions", "subscriptions"],
  ["settings", "settings"],
  ["notifications", "notifications"],
  ["notifications-routing", "notifications?tab=routing"],
  ["notifications-deliveries", "notifications?tab=deliveries"],
];

// prettier-ignore
export const OPERATOR_PAGES: typeof PAGES = [
  ["operator-dashboard", "operator"],
  ["operator-noc", "operator/noc"],
  ["operator-matrix", "operator/tenant-matrix"],
  ["operator-tenants", "operator/tenants"],
  ["operator-tenant", `operator/tenants/${person("tenant-admin").tenant_id}`],
  ["operator-users", "operator/users"],
  ["operator-audit-log", "operator/audit-log"],
  ["operator-quarantine", "operator/quarantine"],
];
