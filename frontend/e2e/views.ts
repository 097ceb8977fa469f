/** What is looked at besides the pages of pages.ts: pages of single things, dialogs, walls, phones. */
import type { Page } from "playwright-core";
import type { Furnished } from "./furnish";
import { PAGES } from "./pages";

export type View = readonly [name: string, path: string, open?: (page: Page) => Promise<void>];

const button = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();

/** Press keys that open a window. */
const keys =
  (pressed: string) =>
  async (page: Page): Promise<void> => {
    await page.keyboard.press(pressed);
    await page.getByRole("dialog").waitFor();
  };

/** Choose an item of the menu of the row that has the name; `then` presses a button of the dialog that opens. */
const fromMenu =
  (of: string, item: string | RegExp, then?: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await button(`Actions for ${of}`)(page);
    await page.getByRole("menuitem", { name: item }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    if (then === undefined) return;
    await dialog.getByRole("button", { name: then }).click();
    await page.getByText("I have kept it").waitFor();
  };

/** Pages of what furnishing made. */
export function pagesOf(made: Furnished): readonly View[] {
  return [
    ["report", `reports/${made.reportId}`],
    ["report-printed", `reports/${made.reportId}`, (page) => page.emulateMedia({ media: "print" })],
    ["group", `groups/${made.groupId}`],
    ["oncall-schedule", `oncall/${made.scheduleId}`],
    ["oncall-schedule-edit", `oncall/${made.scheduleId}/edit`],
    ["escalation-policy", `escalation-policies/${made.policyId}`],
    ["alert-rule", `alert-rules/${made.ruleId}`],
    ["addon-own", "addons/acme_boiler"],
    ["addon-bench", "addons/prtg", tryPayload],
    ["alert-story", "alerts?status=ALL", button(/^Story of/)],
    ["not-found", "no-such-page"],
  ];
}

async function tryPayload(page: Page): Promise<void> {
  await page
    .getByLabel("Payload", { exact: true })
    .fill("sensorid=2042&device=Core switch&sensor=Ping&status=Down&priority=5");
  await button("Try it")(page);
  await page.getByText(/^It would/).waitFor();
  await page.getByRole("heading", { name: "Try a payload" }).scrollIntoViewIfNeeded();
}

/** The list with a device beside it. */
const deviceBeside = PAGES.find(([name]) => name === "devices")?.[1] ?? "devices";

export const DIALOGS: readonly View[] = [
  ["device-edit", deviceBeside, button("Edit")],
  ["dialog-site", "sites?new=1"],
  ["dialog-group", "groups?new=1"],
  ["dialog-maintenance", "maintenance", button("New window")],
  ["dialog-channel", "notifications?new=webhook"],
  ["dialog-channel-email", "notifications?new=email"],
  ["dialog-route", "notifications?tab=routing", button("New rule")],
  ["dialog-override", "oncall", openOverride],
  ["dialog-source", "inbound-sources?new=1"],
  ["dialog-source-rotate", "inbound-sources", fromMenu("Scripts of the IT", /secret/)],
  ["dialog-source-secret", "inbound-sources", fromMenu("Scripts of the IT", /secret/, /secret/)],
  ["dialog-target", "targets?new=1"],
  ["dialog-target-edit", "targets", fromMenu("Camera at the gate", "Edit")],
  ["dialog-addon", "addons?new=1"],
  ["dialog-report", "reports?new=report"],
  ["dialog-report-mail", "reports", button("Change")],
  ["dialog-export", "reports?tab=exports&new=export"],
  ["dialog-api-key", "api-keys?new=1"],
  ["dialog-api-key-rotate", "api-keys", fromMenu("Warehouse dashboards", /secret/)],
  ["dialog-api-key-secret", "api-keys", fromMenu("Warehouse dashboards", /secret/, /secret/)],
  ["dialog-user", "users", button("Invite")],
  ["dialog-renewal", "subscriptions", button(/renewal/i)],
  ["palette", "", keys("Control+k")],
  ["shortcuts", "", keys("?")],
  ["account", "", button("Account and preferences")],
];

async function openOverride(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Cold chain duty" }).click();
  await button("Add an override")(page);
}

export const OPERATOR_DIALOGS: readonly View[] = [
  ["operator-dialog-tenant", "operator/tenants?new=1"],
  ["operator-dialog-subscription", "operator/subscriptions?new=1"],
  ["operator-dialog-key", "operator/settings?tab=keys&new=noc"],
  ["operator-dialog-grant", "operator/subscriptions?tab=renewals", button("Grant")],
];

const intoTv = (page: Page) => page.keyboard.press("f");

export const WALLS: readonly View[] = [
  ["wall-noc", "operator/noc"],
  ["wall-noc-tv", "operator/noc", intoTv],
  ["wall-matrix", "operator/tenant-matrix"],
];

const ON_PHONES = ["overview", "alerts", "oncall", "devices", "device", "device-telemetry", "reports", "settings"];

export const PHONE_PAGES: readonly View[] = [
  ...PAGES.filter(([name]) => ON_PHONES.includes(name)).map(([name, path]): View => [`phone-${name}`, path]),
  ["phone-alert", "alerts?status=ALL", button(/^Story of/)],
  ["phone-schedule", "oncall", (page) => page.getByRole("link", { name: "Cold chain duty" }).click()],
  ["phone-navigation", "", button("Open the menu")],
];
