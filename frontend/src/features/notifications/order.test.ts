import { describe, expect, it } from "vitest";
import { numbersAfterMove, sharing } from "./order";

const rulesOf = (...priorities: number[]): { rule_id: string; priority: number }[] =>
  priorities.map((priority, place) => ({ rule_id: "abcdefgh".charAt(place), priority }));

/** The ids in the order in which they are asked after a move; equal numbers would leave it to the names. */
function orderAfter(rules: ReturnType<typeof rulesOf>, from: number, to: number): string {
  const numbers = numbersAfterMove(rules, from, to);
  return rules
    .map(({ rule_id, priority }) => ({ rule_id, priority: numbers.get(rule_id) ?? priority }))
    .sort((a, b) => a.priority - b.priority || a.rule_id.localeCompare(b.rule_id))
    .map(({ rule_id }) => rule_id)
    .join("");
}

describe("a move", () => {
  it.each([
    [rulesOf(100, 100, 100), 2, 1, "acb", { c: 101, b: 102 }],
    [rulesOf(100, 100, 100), 0, 1, "bac", { a: 101, c: 102 }],
    [rulesOf(100, 200, 300), 2, 1, "acb", { c: 110 }],
    [rulesOf(100, 104, 300), 2, 1, "acb", { c: 102 }],
    [rulesOf(100, 200), 1, 0, "ba", { b: 90 }],
    [rulesOf(100, 200), 0, 1, "ba", { a: 210 }],
    [rulesOf(0, 0, 0), 2, 0, "cab", { c: 0, a: 1, b: 2 }],
    [rulesOf(5, 1000), 0, 1, "ba", { a: 10, b: 0 }],
    [rulesOf(999, 1000, 1000), 2, 1, "acb", { a: 0, c: 10, b: 20 }],
    [rulesOf(1, 2), 0, 0, "ab", {}],
  ] as const)("of %o from %i to %i makes it %s", (rules, from, to, order, numbers) => {
    expect(orderAfter([...rules], from, to)).toBe(order);
    expect(Object.fromEntries(numbersAfterMove(rules, from, to))).toEqual(numbers);
  });

  it("to any place gives that place, and numbers that the API takes", () => {
    for (const priorities of [
      [0, 0, 0, 0],
      [997, 998, 1000, 1000],
      [1, 2, 3, 4],
      [10, 10, 20, 20],
      [0, 500, 500, 1000],
    ]) {
      for (let from = 0; from < 4; from += 1) {
        for (let to = 0; to < 4; to += 1) {
          const rules = rulesOf(...priorities);
          const wanted = ["a", "b", "c", "d"];
          wanted.splice(to, 0, ...wanted.splice(from, 1));
          expect(orderAfter(rules, from, to)).toBe(wanted.join(""));
          for (const number of numbersAfterMove(rules, from, to).values()) {
            expect(number).toBeGreaterThanOrEqual(0);
            expect(number).toBeLessThanOrEqual(1000);
          }
        }
      }
    }
  });
});

it("knows which rules share a number", () => {
  expect([...sharing(rulesOf(100, 100, 200, 300, 300))]).toEqual(["a", "b", "d", "e"]);
});
