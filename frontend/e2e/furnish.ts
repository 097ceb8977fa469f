/** What a company has after some weeks with Pulse, so that `make screenshots` shows pages at work. What is there stays. */
import type { Page } from "playwright-core";
import { callAs } from "./fleet";
import { person, stack } from "./stack";

export interface Furnished {
  scheduleId: string;
  groupId: string;
  reportId: string;
  policyId: string;
  ruleId: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const acme = person("tenant-admin").tenant_id;
const api = new URL(stack.api_url);
const WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"];
const anna = { name: "Anna Berg", email: "anna@acme-cold-chain.example" };
const bo = { name: "Bo Lindqvist", email: "bo@acme-cold-chain.example" };
const chiara = { name: "Chiara Rossi", email: "chiara@acme-cold-chain.example" };

/** Things of the first tenant, made by its administrator unless they are there. */
export async function furnishTenant(page: Page): Promise<Furnished> {
  const ask = (method: string, path: string, body?: object) => callAs(page, method, `/customer${path}`, body);
  /** The id of what has the name in a list, made if it isn't there. */
  const have = async (list: string, id: string, body: object): Promise<string> => {
    const name = (body as { name?: string }).name;
    const { items } = (await ask("GET", `/${list}`)) as { items: Record<string, string>[] };
    const found =
      items.find((item) => item.name === name) ?? ((await ask("POST", `/${list}`, body)) as (typeof items)[0]);
    return found[id] ?? "";
  };
  const channel = (name: string, kind: string, config: object) =>
    have("notification-channels", "channel_id", { name, kind, config });

  const mail = await channel("Duty mail", "email", { to: [anna.email, bo.email] });
  const desk = await channel("Control room", "webhook", { url: `http://127.0.0.1:${api.port}/nobody-listens` });
  await channel("On-call pager", "pagerduty", { integration_key: "4f".repeat(16), region: "eu" });
  for (const [name, channel_id, changes] of [
    ["Everything serious to the duty", mail, { min_severity: "HIGH" }],
    ["Cold rooms of Rotterdam", desk, { site_ids: ["rotterdam-dc"], tags: { zone: "pharma" }, throttle_minutes: 15 }],
  ] as const) {
    await have("notification-routing-rules", "routing_rule_id", { name, channel_id, ...changes });
  }
  await have("integrations", "integration_id", {
    name: "Building management",
    type: "snmp",
    config: { host: "127.0.0.1", version: "v2c", community: "plant-7" },
  });
  const broker = await have("integrations", "integration_id", {
    name: "Plant broker",
    type: "mqtt",
    config: { host: "127.0.0.1", username: "pulse" },
  });
  const route = { name: "Doors and compressors", integration_id: broker, min_severity: "MEDIUM" };
  await have("integration-routes", "integration_route_id", route);

  const scheduleId = await furnishSchedule(have, ask);
  const policyId = await have("escalation-policies", "policy_id", {
    name: "Cold chain",
    description: "Whoever is on call, then the control room, then everybody",
    is_default: true,
    repeat: 1,
    levels: [
      { delay_minutes: 1, targets: [{ kind: "schedule", schedule_id: scheduleId }] },
      { delay_minutes: 10, targets: [{ kind: "channel", channel_id: desk }] },
      { delay_minutes: 20, targets: [{ kind: "email", email: chiara.email }] },
    ],
  });
  const now = Date.now();
  for (const [name, start, changes] of [
    ["Defrosting", now - HOUR / 2, { selector: { tags: { zone: "dairy" } }, recurrence: "FREQ=DAILY" }],
    ["Move of the depot", now + 3 * DAY, { selector: { site_ids: ["hamburg-depot"] } }],
  ] as const) {
    const times = { starts_at: iso(start), ends_at: iso(start + 2 * HOUR) };
    await have("maintenance-windows", "window_id", { name, ...times, ...changes });
  }
  const groupId = await have("device-groups", "group_id", {
    name: "Cold rooms",
    description: "Everything that must stay below eight degrees",
    filter: { device_types: ["cold_storage"] },
  });
  await have("device-groups", "group_id", { name: "Fleet of trucks", description: "Chosen by hand" });
  await furnishMetrics(ask);
  await furnishInbound(have, ask);
  await have("api-keys", "key_id", { name: "Warehouse dashboards", role: "viewer" });
  await have("api-keys", "key_id", { name: "Nightly import", role: "customer", expires_at: iso(now + 20 * DAY) });

  const first = await onlyOnce(ask, "/group-commands", () =>
    ask("POST", `/device-groups/${groupId}/commands`, { name: "set_target", parameters: { celsius: 4 } }),
  );
  if (first) await furnishDevices(ask);
  await onlyOnce(ask, "/subscription-renewals", async () => {
    const { items } = (await ask("GET", "/subscriptions")) as { items: { subscription_id: string; name: string }[] };
    const fair = items.find(({ name }) => name === "Trade fair");
    const wanted = { term_days: 90, device_limit: 40, note: "The fair goes on in spring" };
    await ask("POST", `/subscriptions/${fair?.subscription_id}/renewals`, wanted);
  });
  await onlyOnce(ask, "/exports", async () => {
    await ask("POST", "/exports", { dataset: "alerts", format: "csv" });
    await ask("POST", "/exports", { dataset: "devices", format: "json" });
  });
  await onlyOnce(ask, "/reports", () => ask("POST", "/reports/sla-summary"));
  const { items: reports } = (await ask("GET", "/reports")) as { items: { report_id: string }[] };
  const { items: rules } = (await ask("GET", "/alert-rules")) as { items: { rule_id: string }[] };
  return { scheduleId, groupId, policyId, reportId: reports[0]?.report_id ?? "", ruleId: rules[0]?.rule_id ?? "" };
}

/** Things that operators see of themselves. */
export async function furnishPlatform(page: Page): Promise<void> {
  const { items: keys } = (await callAs(page, "GET", "/operator/keys")) as { items: { name: string }[] };
  for (const [name, scope] of [
    ["Prometheus", "metrics"],
    ["Wall in the hall", "noc"],
  ] as const) {
    if (!keys.some((key) => key.name === name)) await callAs(page, "POST", "/operator/keys", { name, scope });
  }
}

type Ask = (method: string, path: string, body?: object) => Promise<unknown>;
type Have = (list: string, id: string, body: object) => Promise<string>;

/** The instant, at the full minute before. */
const iso = (time: number): string => new Date(time - (time % 60_000)).toISOString();

/** Make the first of a list; false when it has one. */
async function onlyOnce(ask: Ask, list: string, make: () => Promise<unknown>): Promise<boolean> {
  const { items } = (await ask("GET", list)) as { items: unknown[] };
  if (items.length === 0) await make();
  return items.length === 0;
}

async function furnishSchedule(have: Have, ask: Ask): Promise<string> {
  const scheduleId = await have("oncall-schedules", "schedule_id", {
    name: "Cold chain duty",
    description: "Days by the control room, nights in turn",
    timezone: "Europe/Amsterdam",
    layers: [
      {
        name: "Nights in turn",
        priority: 1,
        rotation: "weekly",
        rotation_start: "2026-01-05T08:00:00",
        responders: [anna, bo, chiara],
        restrictions: [{ start: "17:00", end: "08:00", weekdays: WORKDAYS }],
      },
      {
        name: "Control room",
        priority: 2,
        rotation: "daily",
        rotation_start: "2026-01-05T08:00:00",
        responders: [bo, chiara],
        restrictions: [{ start: "08:00", end: "17:00", weekdays: WORKDAYS }],
      },
    ],
  });
  const now = Date.now();
  await onlyOnce(ask, `/oncall-schedules/${scheduleId}/overrides`, async () => {
    for (const [kind, responder, from, hours, reason] of [
      ["replace", chiara, now - HOUR, 6, "Anna is at the dentist"],
      ["replace", bo, now + 3 * DAY, 24, "Swap of the weekend"],
    ] as const) {
      const starts_at = iso(from);
      const ends_at = iso(from + hours * HOUR);
      await ask("POST", `/oncall-schedules/${scheduleId}/overrides`, { kind, responder, starts_at, ends_at, reason });
    }
    await ask("POST", `/oncall-schedules/${scheduleId}/calendar-feeds`, { label: "Calendar of the control room" });
  });
  return scheduleId;
}

async function furnishMetrics(ask: Ask): Promise<void> {
  await onlyOnce(ask, "/metrics/catalog", async () => {
    const metric = { metric: "temperature", unit: "°C", expected_min: -30, expected_max: 40 };
    await ask("POST", "/metrics/catalog", { ...metric, description: "Of the air, at the sensor" });
    await ask("POST", "/metrics/mappings", {
      raw_metric: "temp_f",
      normalized_metric: "temperature",
      multiplier: 0.556,
    });
  });
}

async function furnishInbound(have: Have, ask: Ask): Promise<void> {
  const { items } = (await ask("GET", "/addons")) as { items: { addon_id: string; enabled: boolean }[] };
  if (!items.some(({ addon_id }) => addon_id === BOILER.id)) await ask("POST", "/addons", { manifest: BOILER });
  for (const addonId of ["prtg", "generic_json", "axis_camera", "cisco_ios_ssh", BOILER.id]) {
    if (items.find(({ addon_id }) => addon_id === addonId)?.enabled !== true) {
      await ask("PUT", `/addons/${addonId}`, { enabled: true, overrides: {} });
    }
  }
  for (const [name, addon_id, authentication] of [
    ["PRTG of the depot", "prtg", { kind: "header" }],
    ["Scripts of the IT", "generic_json", { kind: "standard_webhooks" }],
  ] as const) {
    await have("inbound-sources", "source_id", { name, addon_id, site_id: "hamburg-depot", authentication });
  }
  for (const [name, addon_id, host, access] of [
    ["Boiler house", BOILER.id, "127.0.0.1", { kind: "http", tls: false, port: Number(api.port) }],
    ["Camera at the gate", "axis_camera", "127.0.0.1", { kind: "http", tls: false, port: 9 }],
    [
      "Router of the depot",
      "cisco_ios_ssh",
      "127.0.0.1",
      { kind: "ssh", port: 9, username: "pulse", password: "not-used" },
    ],
  ] as const) {
    await have("targets", "target_id", {
      name,
      addon_id,
      host,
      access,
      site_id: "hamburg-depot",
      interval_seconds: 60,
    });
  }
}

/** A device that waits to be heard, and commands on their way. */
async function furnishDevices(ask: Ask): Promise<void> {
  const [like] = ((await ask("GET", "/devices?limit=1")) as { items: { site_id: string; device_type: string }[] })
    .items;
  await ask("POST", "/devices", {
    device_id: "spare-logger-1",
    name: "Spare logger",
    site_id: like?.site_id,
    device_type: like?.device_type,
  });
  const { device_id } = stack.devices.find(({ tenant_id }) => tenant_id === acme) ?? {};
  await ask("POST", `/devices/${device_id}/commands`, { name: "reboot", parameters: {} });
  await ask("PATCH", `/devices/${device_id}/shadow/desired`, { desired: { interval_seconds: 30 } });
}

/** An addon of the tenant's own, which asks a system over HTTP. */
const BOILER = {
  schema_version: "1",
  id: "acme_boiler",
  version: "1.2.0",
  name: "Boiler house",
  vendor: "Acme Cold Chain",
  description: "The boilers' own controller, asked for what it complains of.",
  category: "environment",
  method: {
    type: "api_poll",
    interval_seconds: 60,
    setup: "Make a target for the controller; it needs no sign-in from inside the plant.",
    requests: [{ name: "faults", path: "/_ministack/health" }],
  },
  parser: { type: "json", fields: { fault: "$.fault", boiler: "$.boiler" } },
  alerts: [
    {
      type: "BOILER_FAULT",
      when: [{ field: "fault", operator: "present" }],
      severity: "major",
      category: "environment",
      title: "{boiler} complains of {fault}",
      fingerprint_fields: ["boiler"],
    },
  ],
  clear_events: [{ method: "reconciliation" }],
  device: { name_field: "target_name" },
};
