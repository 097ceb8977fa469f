import axe from "axe-core";
import { expect } from "vitest";

/** Fails with what axe finds wrong. Contrast is the browser tests': jsdom paints nothing. */
export async function expectAccessible(container: Element = document.body): Promise<void> {
  const { violations } = await axe.run(container, {
    // A page stands alone in a test, without the shell and its landmarks.
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  expect(found).toEqual([]);
}
