/** What pages.e2e.ts does not come by: windows over a page, and pages on a phone. Each clean, and within the screen. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tooSmallOnPhone, tooSmallToTouch, violations } from "./axe";
import { openAs, openBrowser, PHONE, redrawn, settle } from "./browser";
import { DIALOGS, PHONE_PAGES, type View } from "./views";
import { stack } from "./stack";

/** Some of each kind: forms, one behind an address, the palette, a menu. */
const WINDOWS = ["dialog-site", "dialog-maintenance", "dialog-channel", "dialog-api-key", "palette", "account"];
/** A menu stands where its button is, and no landmark is around either. */
const MENUS = { rules: { region: { enabled: false } } };
/** Of things that only `make screenshots` makes. */
const NEED_FURNITURE = ["phone-schedule", "phone-alert"];

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function show(page: Page, [, path, open]: View): Promise<void> {
  await page.goto(stack.app_url + path);
  await page.locator("h1").first().waitFor();
  await settle(page);
  await open?.(page);
}

/** What is wider than its place, so that a part of it is beside the screen. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll("main, [role=dialog]")]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      .map((element) => `${element.tagName} is ${element.scrollWidth} wide of ${element.clientWidth}`),
  );

it("windows over a page are clean and within the screen", { timeout: 300_000 }, async () => {
  const { context, page, complaints } = await openAs(browser, "tenant-admin");
  const found: Record<string, string[]> = {};
  for (const view of DIALOGS.filter(([name]) => WINDOWS.includes(name))) {
    await show(page, view);
    const ofView = [...(await violations(page, MENUS)), ...(await tooSmallOnPhone(page))];
    if (ofView.length > 0) found[view[0]] = ofView;
  }
  expect(found).toEqual({});
  expect(complaints).toEqual([]);
  await context.close();
});

it("on a phone nothing is beside the screen or too small to touch", { timeout: 300_000 }, async () => {
  const { context, page } = await openAs(browser, "tenant-admin", "", PHONE);
  const found: Record<string, string[]> = {};
  const dialog = DIALOGS.filter(([name]) => name === "dialog-maintenance");
  for (const view of [...PHONE_PAGES.filter(([name]) => !NEED_FURNITURE.includes(name)), ...dialog]) {
    await show(page, view);
    const ofView = [...(await tooWide(page)), ...(await tooSmallToTouch(page))];
    if (ofView.length > 0) found[view[0]] = ofView;
  }
  expect(found).toEqual({});
  await context.close();
});

it("who wants no motion sees a theme change at once, not colour by colour", async () => {
  const { context, page } = await openAs(browser, "tenant-admin");
  await settle(page);
  await page.evaluate(() => {
    document.addEventListener("transitionrun", () => document.body.setAttribute("data-moved", ""));
  });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator("html.dark").waitFor();
  await redrawn(page);
  expect(await page.locator("[data-moved]").count()).toBe(0);
  await context.close();
});
