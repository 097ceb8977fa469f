/** `make screenshots`: every page, light and dark, for people to look at. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openAs, openBrowser, settle } from "./browser";
import { OPERATOR_PAGES, PAGES } from "./pages";
import { stack } from "./stack";

const folder = fileURLToPath(new URL("../screenshots/", import.meta.url));

let browser: Browser;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser.close());

it.each([
  ["light", "tenant-admin", PAGES],
  ["dark", "tenant-admin", PAGES],
  ["light", "operator-admin", OPERATOR_PAGES],
  ["dark", "operator-admin", OPERATOR_PAGES],
] as const)("every page in %s, as the %s sees it", async (theme, role, pages) => {
  const { context, page } = await openAs(browser, role, "", { theme });
  for (const [name, path] of pages) {
    await page.goto(stack.app_url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    // Operators read again and again instead of being told.
    if (role === "tenant-admin") await page.getByText("Live", { exact: true }).waitFor();
    await settle(page);
    await page.screenshot({ path: `${folder}${name}-${theme}.png` });
  }
  expect(pages.length).toBeGreaterThan(0);
  await context.close();
});
