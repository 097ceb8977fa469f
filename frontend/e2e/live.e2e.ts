/** What happens in the fleet is seen without a reload. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { openAs, openBrowser } from "./browser";
import { callAs, makeDevice } from "./fleet";
import { stack } from "./stack";

/** STALE after two of them, and a sweep each minute. */
const SHORTEST_INTERVAL_SECONDS = 10;
const UNTIL_STALE_MILLISECONDS = 150_000;
/** What the heatmap says of itself. */
const OPENED = /opened in seven days/;
/** And the gauge, once it was measured. */
const LIVE_ALERTS = /^Live alerts: \d/;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it.concurrent(
  "a device speaks, falls silent, and its alert is acknowledged",
  { timeout: 420_000 },
  async ({ expect }) => {
    const { context, page, complaints } = await openAs(browser, "customer");
    const device = await makeDevice(page, { expected_interval_seconds: SHORTEST_INTERVAL_SECONDS });
    let loads = 0;
    await page.getByText("Live", { exact: true }).waitFor();

    // Values move.
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.getByRole("searchbox", { name: "Search devices" }).fill(device.deviceId);
    await page.getByRole("grid").getByRole("row", { name: device.deviceId }).click();
    await page.getByRole("heading", { name: `Test ${device.deviceId}` }).waitFor();
    page.on("load", () => (loads += 1));
    const value = page.locator("[data-metric=temp_c]");
    await device.say({ temp_c: 4.25 });
    await expect.poll(() => value.textContent(), { timeout: 120_000 }).toBe("4.25");
    await device.say({ temp_c: 5.5 });
    await expect.poll(() => value.textContent(), { timeout: 120_000 }).toBe("5.5");

    // The alert comes by itself.
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: /^Alerts/ }).click();
    // Its story, in the row below, names the device as well.
    const row = page.getByRole("row").filter({ hasText: device.deviceId, has: page.getByRole("checkbox") });
    await row.waitFor({ timeout: UNTIL_STALE_MILLISECONDS });
    await row.getByRole("button", { name: /Story of/ }).click();
    await page.getByRole("button", { name: "Acknowledge", exact: true }).click();
    await page.getByText("1 alert acknowledged", { exact: true }).waitFor();
    await row.waitFor({ state: "detached" });
    await page.getByRole("tab", { name: /^Acknowledged/ }).click();
    await row.waitFor();

    expect(loads).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  },
);

it.concurrent(
  "a device that falls silent moves the wall of the operators",
  { timeout: 420_000 },
  async ({ expect }) => {
    const { context, page } = await openAs(browser, "customer");
    const device = await makeDevice(page, { expected_interval_seconds: SHORTEST_INTERVAL_SECONDS });
    const wall = await openAs(browser, "operator-admin", "operator/noc?every=15");
    const drawn = async (name: RegExp): Promise<string> =>
      (await wall.page.getByRole("img", { name }).getAttribute("aria-label")) ?? "";
    const number = async (name: RegExp): Promise<number> => Number.parseInt(/\d+/.exec(await drawn(name))?.[0] ?? "");
    await wall.page.getByRole("img", { name: OPENED }).waitFor();
    const opened = await number(OPENED);
    await wall.page.getByRole("img", { name: LIVE_ALERTS }).waitFor();
    const live = await number(LIVE_ALERTS);
    await device.say({ temp_c: 4.25 });

    await wall.page
      .getByRole("region", { name: "The last events" })
      .getByText(`${device.deviceId} is stale, was online`)
      .waitFor({ timeout: UNTIL_STALE_MILLISECONDS });
    await expect.poll(() => number(OPENED), { timeout: 120_000 }).toBeGreaterThan(opened);
    await expect.poll(() => number(LIVE_ALERTS), { timeout: 120_000 }).toBeGreaterThan(live);

    const onTv = wall.page.getByText("TV mode · Esc leaves");
    await wall.page.keyboard.press("f");
    await onTv.waitFor();
    await wall.page.keyboard.press("f");
    await onTv.waitFor({ state: "detached" });
    expect(wall.complaints).toEqual([]);
    await wall.context.close();
    await context.close();
  },
);

it.concurrent("what a colleague sets up is in the list by itself", { timeout: 180_000 }, async ({ expect }) => {
  const colleague = await openAs(browser, "tenant-admin", "sites");
  const { context, page } = await openAs(browser, "customer", "sites");
  await page.getByText("Live", { exact: true }).waitFor();
  let loads = 0;
  page.on("load", () => (loads += 1));
  const name = `Site ${crypto.randomUUID().slice(0, 8)}`;
  const row = page.getByRole("row").filter({ hasText: name });
  // What is done before the connection follows is told to nobody: the second change is.
  await callAs(colleague.page, "POST", "/customer/sites", { site_id: name.replace(" ", "-").toLowerCase(), name });
  await row.waitFor();
  await callAs(colleague.page, "DELETE", `/customer/sites/${name.replace(" ", "-").toLowerCase()}`);
  await row.waitFor({ state: "detached" });
  expect(loads).toBe(0);
  await colleague.context.close();
  await context.close();
});

it.concurrent(
  "a chart hears values without forgetting which line somebody has hidden",
  { timeout: 180_000 },
  async ({ expect }) => {
    const { context, page } = await openAs(browser, "customer");
    const device = await makeDevice(page, {});
    await device.say({ temp_c: 4.25, humidity: 50 });
    await page.goto(`${stack.app_url}devices/${device.deviceId}?tab=telemetry&metric=temp_c&metric=humidity`);
    const chart = page.getByRole("img", { name: /temp_c/ });
    await chart.locator(".u-legend").getByText("temp_c").click({ timeout: 120_000 });
    const hidden = chart.locator(".u-series.u-off:not(.u-edge)");
    await hidden.waitFor();
    // Until the page follows the device nothing is heard of it.
    await expect
      .poll(
        async () => {
          await device.say({ temp_c: 5.5, humidity: 51 });
          return page.getByRole("img", { name: /temp_c: .*at last 5.5/ }).count();
        },
        { timeout: 120_000, interval: 3000 },
      )
      .toBe(1);
    expect(await hidden.count()).toBe(1);
    await context.close();
  },
);
