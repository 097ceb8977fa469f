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
  const signed = await Promise.all(
    ROLES.map(async (role) => {
      const { context, page } = await openPage(browser);
      await signIn(page, role === "operator-admin" ? operator() : person(role));
      const kept = await page.evaluate(() => Object.fromEntries(Object.entries(sessionStorage)));
      await context.close();
      return [role, kept] as const;
    }),
  );
  await browser.close();
  project.provide("sessions", Object.fromEntries(signed) as Sessions);
}
