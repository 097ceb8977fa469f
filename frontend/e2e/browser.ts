/** Debian's Chromium, signed in the way a person signs in: on the hosted page. */
import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { inject } from "vitest";
import { stack, type Person, type Role } from "./stack";

const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Screens, in CSS pixels. */
export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** A function's first call starts it, on a machine that does other things as well. */
const PATIENCE_MILLISECONDS = 60_000;

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? EXECUTABLES.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error("there is no Chromium: apt install chromium, or set CHROMIUM");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

interface Opened {
  context: BrowserContext;
  page: Page;
  /** What the page complained of: errors in the console, exceptions, violations of the Content-Security-Policy. */
  complaints: string[];
}

interface Looks {
  theme?: "light" | "dark";
  width?: number;
  height?: number;
}

export async function openPage(
  browser: Browser,
  { theme = "light", width = DESK.width, height = DESK.height }: Looks = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    timezoneId: "UTC",
    // Colours on their way from one theme to the other are nobody's to read.
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MILLISECONDS);
  const complaints: string[] = [];
  page.on("console", (message) => {
    // The sign-in's own page is not ours; a person who opens pages this fast is asked to wait, and the application does.
    const { url } = message.location();
    const isOurs = url.startsWith(new URL(stack.app_url).origin) && !message.text().includes("429");
    if (message.type() === "error" && isOurs) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { context, page, complaints };
}

/** Open the application and go through the hosted sign-in. */
export async function signIn(page: Page, person: Pick<Person, "email" | "password">, path = ""): Promise<void> {
  await page.goto(stack.app_url + path);
  await page.locator("input[name=username]").first().fill(person.email);
  await page.locator("input[name=password]").first().fill(person.password);
  await page.locator("button[type=submit], input[type=submit]").first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Have every page of a context find somebody signed in. */
export async function signedInAs(context: BrowserContext, role: Role): Promise<void> {
  await context.addInitScript((kept) => {
    for (const [key, value] of Object.entries(kept)) if (!(key in sessionStorage)) sessionStorage.setItem(key, value);
  }, inject("sessions")[role]);
}

/** Open the application as somebody who has signed in already. */
export async function openAs(browser: Browser, role: Role, path = "", looks: Looks = {}): Promise<Opened> {
  const opened = await openPage(browser, looks);
  await signedInAs(opened.context, role);
  await opened.page.goto(stack.app_url + path);
  await opened.page.getByRole("heading", { level: 1 }).waitFor();
  return opened;
}

/** Wait until nothing of a page is on its way any more. A fleet that lives never leaves the network idle. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
}

/** Wait until a page has drawn what it has just been told, such as a theme or its width. */
export function redrawn(page: Page): Promise<unknown> {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
