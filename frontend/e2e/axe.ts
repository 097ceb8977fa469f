import axe, { type AxeResults, type RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { DESK, PHONE, redrawn } from "./browser";

/** What axe finds wrong with a page as it is now. */
export async function violations(page: Page, options: RunOptions): Promise<string[]> {
  // Through the debugger: the page's Content-Security-Policy lets no strange script in. It stays until another page is opened.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const results = await page.evaluate(
    (how) => (globalThis as unknown as { axe: { run: (how: RunOptions) => Promise<AxeResults> } }).axe.run(how),
    { ...options, resultTypes: ["violations" as const] },
  );
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
  );
}

/** Controls that a finger misses: WCAG 2.2, 2.5.8 asks for 24 by 24 pixels, or for as much room around them. */
export function tooSmallToTouch(page: Page): Promise<string[]> {
  // It is looked at when it is named alone.
  return violations(page, { runOnly: { type: "rule", values: ["target-size"] } });
}

/** The same on a phone, of what stands on a desk: to open it once more would take as long as all else that is looked at. */
export async function tooSmallOnPhone(page: Page): Promise<string[]> {
  await page.setViewportSize(PHONE);
  await redrawn(page);
  const found = await tooSmallToTouch(page);
  await page.setViewportSize(DESK);
  return found;
}
