/** Every page: no violation that axe finds, no complaint of the browser, in both themes; nor on a phone. */
import type { RunOptions } from "axe-core";
import type { Browser } from "playwright-core";
import { matchRoutes } from "react-router";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { pages } from "@/app/pages";
import { tooSmallOnPhone, violations } from "./axe";
import { openAs, openBrowser, openPage, redrawn, settle, signIn } from "./browser";
import { makePagesOfThings, OPERATOR_PAGES, PAGES } from "./pages";
import { person, stack } from "./stack";

// Pages name what they read first, and the client of the API asks its window where that is.
vi.hoisted(() => vi.stubGlobal("location", new URL("http://127.0.0.1/")));

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A theme changes colours and nothing else: in the second one they alone are looked at. */
const COLOURS_ALONE: RunOptions = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };

const routes = pages.map(({ path }) => ({ path }));
/** Within /app. */
const looked = new Set<string>();

it.each([
  ["tenant-admin", PAGES],
  ["operator-admin", OPERATOR_PAGES],
] as const)("pages that a %s sees are clean, in both themes, on phones", { timeout: 420_000 }, async (role, ofRole) => {
  const { context, page, complaints } = await openAs(browser, role);
  const found: Record<string, string[]> = {};
  const ofThings = role === "tenant-admin" ? await makePagesOfThings(page) : [];
  for (const [name, path] of [...ofRole, ...ofThings]) {
    looked.add(path);
    await page.goto(stack.app_url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await settle(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      // The page hears of it a moment later.
      await page.locator(colorScheme === "dark" ? "html.dark" : "html:not(.dark)").waitFor();
      // And paints it after that.
      await redrawn(page);
      const ofPage = await violations(page, colorScheme === "light" ? {} : COLOURS_ALONE);
      if (ofPage.length > 0) found[`${name}, ${colorScheme}`] = ofPage;
    }
    const tooSmall = await tooSmallOnPhone(page);
    if (tooSmall.length > 0) found[`${name}, phone`] = tooSmall;
  }
  expect(found).toEqual({});
  expect(complaints).toEqual([]);
  await context.close();
});

it("no page is left out of that", () => {
  const paths = [...looked].map((path) => `/${path.split("?")[0]}`);
  // The most particular one is who opens it: devices/new is no device.
  const opened = paths.flatMap((path) => matchRoutes(routes, path)?.at(-1)?.route.path ?? []);
  expect(pages.map(({ path }) => path).filter((path) => !opened.includes(path))).toEqual([]);
});

it("an address within the application opens after the sign-in, and no token is ever in it", async () => {
  const { context, page } = await openPage(browser);
  const addresses: string[] = [];
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  await signIn(page, person("viewer"), "alerts?severity=CRITICAL&q=door");
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/app/alerts?severity=CRITICAL&q=door");
  expect(addresses.filter((address) => /token=|eyJ/.test(address))).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("eyJ");
  await context.close();
});

it("who signs out is out", async () => {
  const { context, page } = await openPage(browser);
  await signIn(page, person("viewer"));
  await page.getByRole("button", { name: "Account and preferences" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("oidc.user")))).toEqual(
    [],
  );
  await context.close();
});
