/** What people do in the course of a day, each from the first click to what comes of it. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openAs, openBrowser } from "./browser";
import { callAs, makeDevice, weekOfAnna } from "./fleet";

const unique = (): string => crypto.randomUUID().slice(0, 8);
/** A queue, a batch and a cold function lie between a message and its row. */
const UNTIL_STORED = { timeout: 90_000, interval: 2000 };

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it("a rule is tried on what devices have sent, saved, and opens an alert", { timeout: 240_000 }, async () => {
  const { context, page, complaints } = await openAs(browser, "tenant-admin", "alert-rules/new");
  const device = await makeDevice(page);
  const metric = `warmth_${unique()}`;
  await device.say({ [metric]: 9 });

  const name = `Too warm ${metric}`;
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Metric", { exact: true }).fill(metric);
  await page.getByLabel("Limit", { exact: true }).fill("8");
  await page.getByLabel("For at least", { exact: true }).fill("0");
  const trial = page.getByRole("region", { name: "Try it before you save it" });
  await expect
    .poll(async () => {
      await trial.getByRole("button", { name: /^Try (it|again)$/ }).click();
      await trial.getByText(`${metric} > 8`, { exact: true }).waitFor();
      return trial.getByRole("definition").first().innerText();
    }, UNTIL_STORED)
    .toBe("1");
  await trial.getByRole("rowheader", { name: device.deviceId }).or(trial.getByText(device.deviceId)).first().waitFor();

  await page.getByRole("button", { name: "Create rule" }).click();
  await page.getByRole("row").filter({ hasText: name }).waitFor();
  await page.getByRole("link", { name: /^Alerts/ }).click();
  await device.say({ [metric]: 10 });
  await page.getByRole("row").filter({ hasText: device.deviceId }).first().waitFor({ timeout: 90_000 });
  expect(complaints).toEqual([]);
  await context.close();
});

it("who covers for somebody is on call at once", async () => {
  const { context, page } = await openAs(browser, "tenant-admin");
  const { schedule_id } = (await callAs(
    page,
    "POST",
    "/customer/oncall-schedules",
    weekOfAnna(`Nights ${unique()}`),
  )) as { schedule_id: string };
  await goTo(page, `oncall/${schedule_id}`);
  const now = page.getByRole("region", { name: "On call now" });
  await now.getByText("Anna Berg").first().waitFor();

  await page.getByRole("button", { name: "Add an override" }).click();
  const dialog = page.getByRole("dialog", { name: "Override" });
  await dialog.getByLabel("Who", { exact: true }).selectOption({ label: "Somebody else" });
  await dialog.getByLabel("Name", { exact: true }).fill("Bo Lind");
  await dialog.getByLabel("E-mail", { exact: true }).fill("bo@acme.example");
  await dialog.getByLabel("From").fill(wallTime(Date.now() - 3_600_000));
  await dialog.getByLabel("Until").fill(wallTime(Date.now() + 3_600_000));
  await dialog.getByLabel("Reason").fill("Swap");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Override of Bo Lind is saved", { exact: true }).waitFor();
  await now.getByText("Bo Lind").first().waitFor();
  const overrides = page.getByRole("region", { name: "Overrides" });
  await overrides.getByRole("cell", { name: "Bo Lind", exact: true }).waitFor();

  const final = page.getByRole("list", { name: "In the end" });
  const track = final.locator("..");
  await track.scrollIntoViewIfNeeded();
  const { x = 0, y = 0, width = 0, height = 0 } = (await track.boundingBox()) ?? {};
  const dragTo = async (from: number, to: number): Promise<void> => {
    await page.mouse.move(x + (from * width) / 14, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + (to * width) / 14, y + height / 2, { steps: 5 });
  };
  const midnight = (days: number): string => `${wallTime(Date.now() + days * 86_400_000).slice(0, 10)}T00:00`;
  await dragTo(4, 6);
  const times = track.getByText(/, 00:00 – .*, 00:00$/);
  await times.waitFor();
  await page.keyboard.press("Escape");
  await times.waitFor({ state: "detached" });
  await page.mouse.up();
  await dragTo(4, 6);
  await page.mouse.up();
  expect(await dialog.getByLabel("From").inputValue()).toBe(midnight(4));
  expect(await dialog.getByLabel("Until").inputValue()).toBe(midnight(6));
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Override of Anna Berg is saved", { exact: true }).waitFor();
  await overrides.getByRole("cell", { name: "Anna Berg", exact: true }).waitFor();

  await final.getByRole("button", { name: /^Anna Berg, .* 00:00 to .* 00:00/ }).click();
  await dialog.waitFor();
  await context.close();
});

it("a channel's test shows what the other side answered", async () => {
  const received: { headers: IncomingMessage["headers"]; body: string }[] = [];
  const receiver = await listen((headers, body) => received.push({ headers, body }));
  const { port } = receiver.address() as AddressInfo;
  const { context, page } = await openAs(browser, "tenant-admin", "notifications");
  const name = `Duty desk ${unique()}`;
  await page.getByRole("button", { name: "New channel" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New channel" });
  await dialog.getByLabel("Kind").selectOption("webhook");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("URL", { exact: true }).fill(`http://127.0.0.1:${port}/alerts`);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Send a test" }).click();
  const result = page.getByRole("dialog", { name: `Test of ${name}` });
  await result.getByText("The other side took it").waitFor();
  await result.getByText("202", { exact: true }).waitFor();
  await result.getByText("thank you").waitFor();
  expect(received).toHaveLength(1);
  expect(received[0]?.headers["webhook-id"]).toBeTruthy();
  receiver.close();
  await context.close();
});

it("a file of devices is looked at first, then its right rows are imported", async () => {
  const { context, page } = await openAs(browser, "customer");
  const { items } = (await callAs(page, "GET", "/customer/devices?limit=1")) as {
    items: { site_id: string; device_type: string }[];
  };
  const [like] = items;
  const deviceId = `import-${unique()}`;
  const rows = [
    "device_id,name,site_id,device_type",
    `${deviceId},Imported,${like?.site_id},${like?.device_type}`,
    `${deviceId}-x,Nowhere,no-such-site,${like?.device_type}`,
  ];
  await goTo(page, "devices/import");
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "fleet.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await page.getByText("1 row will be left out").waitFor();
  await page
    .getByRole("row")
    .filter({ hasText: `${deviceId}-x` })
    .getByText("no-such-site")
    .waitFor();
  expect(((await callAs(page, "GET", `/customer/devices?q=${deviceId}`)) as { items: unknown[] }).items).toEqual([]);
  await page.getByRole("button", { name: "Import 1 new" }).click();
  await page.getByText("1 added, 0 changed").waitFor();
  await goTo(page, `devices?q=${deviceId}`);
  await page.getByRole("grid").getByRole("row", { name: deviceId }).waitFor();
  await context.close();
});

it("who only reads is offered nothing that changes anything, and is refused it", async () => {
  const { context, page } = await openAs(browser, "viewer", "alerts?status=ALL");
  await page.getByRole("tab", { name: /^All/ }).waitFor();
  expect(await page.getByRole("button", { name: "Acknowledge" }).count()).toBe(0);
  expect(await page.getByRole("checkbox").count()).toBe(0);
  for (const [path, offer] of [
    ["devices", "Add a device"],
    ["sites", "New site"],
    ["alert-rules", "New rule"],
    ["maintenance", "New window"],
    ["oncall", "New schedule"],
    ["escalation-policies", "New policy"],
  ] as const) {
    await goTo(page, path);
    await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    expect(await page.getByRole("main").getByText(offer).count(), offer).toBe(0);
  }
  for (const path of ["users", "api-keys", "notifications"]) {
    await page.goto(`${new URL(page.url()).origin}/app/${path}`);
    await page.getByText("You may not see this page").waitFor();
    expect(await page.getByRole("navigation", { name: "Pages" }).locator(`[href="/app/${path}"]`).count()).toBe(0);
  }
  await expect(callAs(page, "POST", "/customer/sites", { site_id: `s-${unique()}`, name: "Mine" })).rejects.toThrow(
    "403",
  );
  await context.close();
});

async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/app/${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** What a field for times takes, in the browser's own zone, which is UTC. */
function wallTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, "2026-11-21T14:05".length);
}

/** A receiver of a customer's own. */
async function listen(hear: (headers: IncomingMessage["headers"], body: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      hear(request.headers, body);
      response.writeHead(202, { "content-type": "text/plain" }).end("thank you");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
