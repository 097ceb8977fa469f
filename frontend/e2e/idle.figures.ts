/** What pages ask for while nobody does anything. `make bench BENCHES=app_idle` runs this. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { openAs, openBrowser, settle } from "./browser";
import { requestsOf, tell, watchTraffic } from "./measure";
import { stack, person } from "./stack";

const MINUTES = 2;
/** What one person may ask for in a minute. */
const ALLOWED_PER_MINUTE = 300;
const device = stack.devices.find((one) => one.tenant_id === person("tenant-admin").tenant_id)?.device_id ?? "";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it("asks for little while nothing happens", { timeout: 600_000 }, async () => {
  const pages = [
    ["overview", "tenant-admin", ""],
    ["devices", "tenant-admin", `devices?device=${device}`],
    ["alerts", "tenant-admin", "alerts"],
    ["device", "tenant-admin", `devices/${device}`],
    ["noc", "operator-admin", "operator/noc"],
  ] as const;
  const watched = [];
  for (const [name, role, path] of pages) {
    const { context, page } = await openAs(browser, role, path);
    if (role === "tenant-admin") await page.getByText("Live", { exact: true }).waitFor();
    await settle(page);
    watched.push({ name, context, traffic: await watchTraffic(await context.newCDPSession(page)) });
  }
  await new Promise((done) => setTimeout(done, MINUTES * 60_000));
  for (const { name, context, traffic } of watched) {
    const asked = [...traffic.requests].map(([path, times]) => `${times} ${path}`).join(", ");
    tell({
      name: `app_idle, ${name} (${asked})`,
      value: requestsOf(traffic) / MINUTES,
      unit: "/min",
      yardstick: ALLOWED_PER_MINUTE,
      against: "what a person may ask for",
    });
    await context.close();
  }
});
