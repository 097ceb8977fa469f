import { expect, it } from "vitest";
import { pages } from "./pages";

it.each(pages)("$path opens", async ({ load }) => {
  expect((await load()).default).toBeTypeOf("function");
});

it("no two pages have the same path", () => {
  expect(new Set(pages.map(({ path }) => path)).size).toBe(pages.length);
});

it.each([true, false])("no two pages that one person sees have the same shortcut, operators: %s", (isOfOperators) => {
  const shortcuts = pages
    .filter(({ permission }) => permission.startsWith("operator.") === isOfOperators)
    .flatMap(({ navigation }) => navigation?.shortcut ?? []);
  expect(new Set(shortcuts).size).toBe(shortcuts.length);
});
