/** `make screenshots`: every page, light and dark, for people to look at; SHOTS=oncall for those named like that. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openAs, openBrowser, PHONE, settle } from "./browser";
import { furnishPlatform, furnishTenant } from "./furnish";
import { OPERATOR_PAGES, PAGES } from "./pages";
import { DIALOGS, OPERATOR_DIALOGS, PHONE_PAGES, pagesOf, WALLS, type View } from "./views";
import { stack } from "./stack";

const folder = fileURLToPath(new URL("../screenshots/", import.meta.url));
const wanted = new RegExp(process.env.SHOTS ?? "");
const PATIENCE = { timeout: 1_200_000 };

let browser: Browser;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser.close());

it("every page and dialog of a tenant", PATIENCE, async () => {
  const { context, page } = await openAs(browser, "tenant-admin");
  const furnished = await furnishTenant(page);
  await takeAll(page, [...PAGES, ...pagesOf(furnished), ...DIALOGS]);
  await context.close();
});

it("every page and dialog of operators", PATIENCE, async () => {
  const { context, page } = await openAs(browser, "operator-admin", "operator");
  await furnishPlatform(page);
  await takeAll(page, [...OPERATOR_PAGES, ...OPERATOR_DIALOGS]);
  await context.close();
});

it.each([
  [1440, 900],
  [1920, 1080],
] as const)("what hangs on the wall, at %i×%i", PATIENCE, async (width, height) => {
  const { context, page } = await openAs(browser, "operator-admin", "operator", { width, height });
  await takeAll(
    page,
    WALLS.map(([name, path, open]) => [`${name}-${width}`, path, open]),
  );
  await context.close();
});

it("what is opened on a phone", PATIENCE, async () => {
  const { context, page } = await openAs(browser, "tenant-admin", "", PHONE);
  await takeAll(page, PHONE_PAGES);
  await context.close();
});

async function takeAll(page: Page, views: readonly View[]): Promise<void> {
  const failed: string[] = [];
  for (const [name, path, open] of views.filter(([each]) => wanted.test(each))) {
    try {
      await page.emulateMedia({ colorScheme: "light", media: "screen" });
      await page.goto(stack.app_url + path);
      // By its tag: a dialog that is open hides the page's heading from roles.
      await page.locator("h1").first().waitFor();
      await settle(page);
      await open?.(page);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(colorScheme === "dark" ? "html.dark" : "html:not(.dark)").waitFor();
        await settle(page);
        await page.screenshot({ path: `${folder}${name}-${colorScheme}.png` });
      }
    } catch (error) {
      failed.push(`${name}: ${String(error)}`);
    }
  }
  expect(failed).toEqual([]);
}
