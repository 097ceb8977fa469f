/** Signs everybody in once for all tests, in the way a person does; each test then begins as one of them. */
import type { TestProject } from "vitest/node";
import { openBrowser, openPage, signIn } from "./browser";
import { operator, person, ROLES, type Role } from "./stack";

/** What oidc-client-ts keeps in sessionStorage, by role. */
export type Sessions = Record<Role, Record<string, string>>;

declare module "vitest" {
  interface ProvidedContext {
    sessions: Sessions;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const browser = await openBrowser();
  // One after the other: the first meets functions that have yet to start.
  const sessions: Partial<Sessions> = {};
  for (const role of ROLES) {
    const { context, page } = await openPage(browser);
    await signIn(page, role === "operator-admin" ? operator() : person(role));
    sessions[role] = await page.evaluate(() => Object.fromEntries(Object.entries(sessionStorage)));
    await context.close();
  }
  await browser.close();
  project.provide("sessions", sessions as Sessions);
}
