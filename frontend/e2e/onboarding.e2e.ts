/** A person adds a device in the wizard, and sees its first message come in without a reload. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openAs, openBrowser } from "./browser";
import { stack } from "./stack";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it("a device that is added in the wizard is told of as soon as it sends its first message", async () => {
  const deviceId = `newcomer-${Date.now()}`;
  const { context, page } = await openAs(browser, "tenant-admin", "devices/new");
  await page.getByLabel("Device id").fill(deviceId);
  await page.getByLabel("Site").selectOption({ index: 1 });
  await page.getByLabel("Type", { exact: true }).selectOption({ index: 1 });
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Add a tag").fill("newcomer");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("checkbox", { name: "Temperature too high" }).waitFor();
  await page.getByRole("button", { name: "Add the device" }).click();
  await page.getByText("Waiting for its first message").waitFor();
  await page.getByRole("button", { name: "Issue a token" }).click();
  const token = await page.getByRole("region", { name: "Token" }).innerText();

  const answer = await fetch(`${stack.api_url}/ingest/v1/telemetry`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.trim()}` },
    body: JSON.stringify({ metrics: { temp_c: 4.5 } }),
  });
  expect(answer.status).toBe(202);
  await page.getByText("Its first message is here").waitFor();
  await page.getByText("4.5", { exact: true }).waitFor();
  await context.close();
});
