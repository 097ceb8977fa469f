/** The main flows without a mouse. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openAs, openBrowser } from "./browser";
import { makeDevice } from "./fleet";

const MOST_STOPS = 80;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Press Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.getAttribute("aria-label") ?? element?.textContent.trim() ?? "";
    });
    if (focused === name) return;
  }
  throw new Error(`Tab never came to "${name}"`);
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
  await page.getByRole("listbox").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(device.deviceId);
  await page.getByRole("option", { name: device.deviceId }).waitFor();
  await expect.poll(() => page.getByRole("listbox").getByRole("option").count(), { timeout: 30_000 }).toBe(1);
  await tabTo(page, await page.getByRole("listbox").getAttribute("aria-label").then(String));
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { name: `Test ${device.deviceId}` }).waitFor();
  await context.close();
});

it("a dialog keeps the focus, is left with Escape, and gives the focus back", async () => {
  const { context, page } = await openAs(browser, "tenant-admin", "users");
  await tabTo(page, "Invite somebody");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.waitFor();
  for (let stop = 0; stop < 10; stop++) {
    await page.keyboard.press("Tab");
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
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
