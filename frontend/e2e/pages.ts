/** Pages that are looked at: by axe in pages.e2e.ts, by people in screenshots.shots.ts. A new page adds its line. */
import type { Page } from "playwright-core";
import { callAs, weekOfAnna } from "./fleet";
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
  ["inbound-sources", "inbound-sources"],
  ["targets", "targets"],
  ["target-import", "targets/import"],
  ["addons", "addons"],
  ["addon", "addons/prtg"],
  ["metrics", "metrics"],
  ["metrics-catalog", "metrics?tab=catalog"],
  ["metrics-mappings", "metrics?tab=mappings"],
  ["reports", "reports"],
  ["exports", "reports?tab=exports"],
  ["users", "users"],
  ["api-keys", "api-keys"],
  ["audit-log", "audit-log"],
  ["subscriptions", "subscriptions"],
  ["settings", "settings"],
  ["notifications", "notifications"],
  ["notifications-routing", "notifications?tab=routing"],
  ["notifications-deliveries", "notifications?tab=deliveries"],
];

/** Makes one of each thing that has a page of its own, as a tenant-admin, and says where the pages are. */
export async function makePagesOfThings(page: Page): Promise<typeof PAGES> {
  const name = `Page ${crypto.randomUUID().slice(0, 8)}`;
  const make = async (path: string, body: object): Promise<Record<string, string>> =>
    (await callAs(page, "POST", `/customer/${path}`, body)) as Record<string, string>;
  const rule = await make("alert-rules", {
    name,
    enabled: false,
    criterion: { kind: "threshold", conditions: [{ metric: "temp_c", operator: "GT", threshold: 80 }] },
  });
  const policy = await make("escalation-policies", {
    name,
    levels: [{ delay_minutes: 5, targets: [{ kind: "email", email: "anna@acme.example" }] }],
  });
  const group = await make("device-groups", { name });
  const schedule = await make("oncall-schedules", weekOfAnna(name));
  const report = await make("reports/sla-summary", {});
  return [
    ["alert-rule", `alert-rules/${rule.rule_id}`],
    ["escalation-policy", `escalation-policies/${policy.policy_id}`],
    ["group", `groups/${group.group_id}`],
    ["oncall-schedule", `oncall/${schedule.schedule_id}`],
    ["oncall-schedule-edit", `oncall/${schedule.schedule_id}/edit`],
    ["report", `reports/${report.report_id}`],
  ];
}

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
  ["operator-devices", "operator/devices"],
  ["operator-alerts", "operator/alerts?status=ALL"],
  ["operator-subscriptions", "operator/subscriptions"],
  ["operator-renewals", "operator/subscriptions?tab=renewals"],
  ["operator-usage", "operator/usage"],
  ["operator-usage-of-tenant", `operator/usage/${person("tenant-admin").tenant_id}`],
  ["operator-system", "operator/system"],
  ["operator-system-metrics", "operator/system?tab=metrics"],
  ["operator-system-capacity", "operator/system?tab=capacity"],
  ["operator-queues", "operator/queues"],
  ["operator-settings", "operator/settings"],
  ["operator-keys", "operator/settings?tab=keys"],
];
