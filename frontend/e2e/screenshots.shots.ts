/** `make screenshots`: every page, light and dark, for people to look at. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser, openPage, settle, signIn } from "./browser";
import { PAGES } from "./pages";
import { person, stack } from "./stack";

const folder = fileURLToPath(new URL("../screenshots/", import.meta.url));

let browser: Browser;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser.close());

it.each(["light", "dark"] as const)("every page in %s", async (theme) => {
  const { context, page } = await openPage(browser, { theme });
  await signIn(page, person("tenant-admin"));
  for (const [name, path] of PAGES) {
    await page.goto(stack.app_url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await settle(page);
    await page.screenshot({ path: `${folder}${name}-${theme}.png` });
  }
  expect(PAGES.length).toBeGreaterThan(0);
  await context.close();
});
