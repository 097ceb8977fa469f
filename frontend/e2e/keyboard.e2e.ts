/** The main flows without a mouse. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openAs, openBrowser, PHONE } from "./browser";
import { callAs, makeDevice, weekOfAnna } from "./fleet";
import { stack } from "./stack";

const MOST_STOPS = 80;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** What the thing with the focus is called. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    return element?.getAttribute("aria-label") ?? element?.textContent.trim() ?? "";
  });

/** Press Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const isIt = (found: string): boolean => (typeof name === "string" ? found === name : name.test(found));
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press("Tab");
    if (isIt(await focused(page))) return;
  }
  throw new Error(`Tab never came to "${String(name)}"`);
}

it("a device is found and looked at by keyboard alone", async () => {
  const { context, page } = await openAs(browser, "customer");
  const device = await makeDevice(page);
  const focusedId = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);

  await tabTo(page, "Skip to content");
  await page.keyboard.press("Enter");
  await expect.poll(focusedId).toBe("content");

  await page.keyboard.press("g");
  await page.keyboard.press("d");
  const list = page.getByRole("grid");
  await list.waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(device.deviceId);
  await list.getByRole("row", { name: device.deviceId }).waitFor();
  await expect.poll(() => list.getByRole("row").count(), { timeout: 60_000 }).toBe(1);
  await tabTo(page, await list.getAttribute("aria-label").then(String));
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { name: `Test ${device.deviceId}`, level: 2 }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: `Test ${device.deviceId}`, level: 1 }).waitFor();
  await tabTo(page, "All devices");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/devices?q=${device.deviceId}**`);
  await context.close();
});

it("a dialog takes the focus, keeps it, is left with Escape, and gives the focus back", async () => {
  const { context, page } = await openAs(browser, "tenant-admin", "users");
  await tabTo(page, "Invite somebody");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.waitFor();
  await page.keyboard.type("nora@");
  expect(await dialog.getByLabel("E-mail address").inputValue()).toBe("nora@");
  for (let stop = 0; stop < 10; stop++) {
    await page.keyboard.press("Tab");
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  }
  // What was typed is asked for, with the focus on the answer that keeps it.
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toBe("Go on typing");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Invite somebody");

  // One that a menu opens gives it back to the menu's button: the menu is gone by then.
  await tabTo(page, /^Actions for viewer/);
  const button = await focused(page);
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Change the role" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe(button);
  await context.close();
});

it("a page that is gone to has the focus, and a narrow screen's menu is left with Escape", async () => {
  const { context, page } = await openAs(browser, "tenant-admin", "users", PHONE);
  await tabTo(page, "Open the menu");
  await page.keyboard.press("Enter");
  const menu = page.getByRole("dialog", { name: "Pages" });
  await menu.waitFor();
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Open the menu");
  await page.keyboard.press("Enter");
  await menu.waitFor();
  await tabTo(page, "Reports");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/app\/reports/);
  await menu.waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("content");
  await context.close();
});

it("a turn on the timeline is covered, and a chart looked closer at, without a mouse", async () => {
  const { context, page } = await openAs(browser, "tenant-admin");
  const name = `Keys ${crypto.randomUUID().slice(0, 8)}`;
  const { schedule_id: scheduleId } = (await callAs(page, "POST", "/customer/oncall-schedules", weekOfAnna(name))) as {
    schedule_id: string;
  };
  await page.goto(`${stack.app_url}oncall/${scheduleId}`);
  await page.getByRole("list", { name: "In the end" }).getByRole("button").first().waitFor();
  await tabTo(page, /^Anna Berg/);
  const turn = await focused(page);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Override" }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toBe(turn);

  const device = await makeDevice(page);
  await device.say({ temp_c: 4.5 });
  await page.goto(`${stack.app_url}devices/${device.deviceId}?tab=telemetry`);
  await page.getByRole("img", { name: /temp_c: 4.5/ }).waitFor();
  await tabTo(page, "Look closer");
  await page.keyboard.press("Enter");
  await tabTo(page, "Whole range");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Whole range" }).waitFor({ state: "detached" });
  await context.close();
});

it("the palette finds a page and a device, and goes there with Enter", async () => {
  const { context, page } = await openAs(browser, "customer");
  const device = await makeDevice(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type("maintenance");
  await page.getByRole("option", { name: "Maintenance" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/app\/maintenance/);
  await page.keyboard.press("Control+k");
  await page.keyboard.type(device.deviceId);
  await page.getByRole("option", { name: `Test ${device.deviceId}` }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: `Test ${device.deviceId}` }).waitFor();
  await context.close();
});

it("every shortcut is named by the question mark, and leads where it says", async () => {
  const { context, page } = await openAs(browser, "tenant-admin");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  for (const [letter, path] of [
    ["a", "alerts"],
    ["d", "devices"],
    ["u", "users"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await page.waitForURL(new RegExp(`/app/${path}`));
  }
  await context.close();
});
