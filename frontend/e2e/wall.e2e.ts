/** A screen on a wall: an operator makes its address, nobody signs in at it, and it ends with its key. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openAs, openBrowser, openPage } from "./browser";
import { stack } from "./stack";

/** Another read of the NOC, and what the API still remembers of the key. */
const UNTIL_ENDED_MILLISECONDS = 150_000;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it("a screen shows the NOC with its key alone, until that is revoked", { timeout: 300_000 }, async () => {
  const name = `Hall ${crypto.randomUUID().slice(0, 8)}`;
  const operator = await openAs(browser, "operator-admin", "operator/settings?tab=keys");
  await operator.page.getByRole("button", { name: "New key" }).first().click();
  const dialog = operator.page.getByRole("dialog", { name: "A key for a screen or a program" });
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const shown = operator.page.getByRole("dialog", { name: `The key ${name}` });
  const address = (await shown.getByRole("region", { name: "Address for the screen" }).innerText()).trim();
  const key = new URL(address).hash.slice(1);
  expect(key).toMatch(/^pulseop_/);
  await shown.getByRole("button", { name: "I have kept it" }).click();

  const { context, page, complaints } = await openPage(browser);
  const sent: string[] = [];
  // What is behind a # is in an address, and never sent.
  page.on("request", (request) => sent.push((request.url().split("#")[0] ?? "") + (request.headers().referer ?? "")));
  const before = `${stack.app_url}icon.svg`;
  await page.goto(before);
  await page.goto(address);
  await page.getByRole("heading", { level: 1, name: "NOC" }).waitFor();
  await page.getByRole("img", { name: /^Fleet online: / }).waitFor();
  await page.getByRole("img", { name: /opened in seven days/ }).waitFor();
  expect(await page.getByRole("navigation").count()).toBe(0);
  expect(await page.getByRole("link").count()).toBe(0);
  expect(page.url()).not.toContain(key);
  await page.reload();
  await page.getByRole("img", { name: /^Fleet online: / }).waitFor();
  await page.goBack();
  expect(page.url()).toBe(before);
  await page.goForward();
  await page.getByRole("img", { name: /^Fleet online: / }).waitFor();
  expect(page.url()).not.toContain(key);
  expect(sent.some((url) => url.includes("/operator/noc/summary"))).toBe(true);
  expect(sent.filter((url) => url.includes(key))).toEqual([]);

  const may = async (method: string, path: string): Promise<number> =>
    (await fetch(stack.api_url + path, { method, headers: { authorization: `Bearer ${key}` } })).status;
  expect(await may("GET", "/operator/noc/summary")).toBe(200);
  expect(await may("GET", "/operator/tenants")).toBe(403);
  expect(await may("POST", "/operator/keys")).toBe(403);
  expect(complaints).toEqual([]);

  await operator.page.getByRole("button", { name: `Revoke ${name}` }).click();
  await operator.page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByText("This screen has no key that opens it").waitFor({ timeout: UNTIL_ENDED_MILLISECONDS });
  expect(await page.getByRole("img").count()).toBe(0);
  await operator.context.close();
  await context.close();
});
