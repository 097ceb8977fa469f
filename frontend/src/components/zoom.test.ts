import { expect, it } from "vitest";
import { closer, moved, wider } from "./zoom";

const MINUTE = 60_000;
const at = (start: number, end: number): { start: number; end: number } => ({
  start: start * MINUTE,
  end: end * MINUTE,
});

it("looks closer at the middle, until a minute is shown", () => {
  expect(closer(at(0, 60))).toEqual(at(15, 45));
  expect(closer(at(0, 2))).toEqual(at(0.5, 1.5));
  expect(closer(at(0, 1.9))).toBeNull();
});

it.each([
  ["around what was shown", at(40, 60), at(30, 70)],
  ["ending now where nothing is to come", at(80, 100), at(60, 100)],
] as const)("looks at twice as much, %s", (_, shown, expected) => {
  expect(wider(shown, 100 * MINUTE)).toEqual(expected);
});

it.each([
  ["before", -1, at(40, 60), at(30, 50)],
  ["after", 1, at(40, 60), at(50, 70)],
  ["after, up to now", 1, at(76, 96), at(80, 100)],
  ["after now, which is nothing", 1, at(80, 100), null],
] as const)("goes half of what is shown %s", (_, direction, shown, expected) => {
  expect(moved(shown, direction, 100 * MINUTE)).toEqual(expected);
});
