import { expect, it } from "vitest";
import { lengthOf, lengthWithin, typedOf, unitsWithin, valueOf, type LengthLimits } from "./lengths";

const SECONDS: LengthLimits = { unit: "seconds", least: 0, most: 86_400 };
const MINUTES: LengthLimits = { unit: "minutes", least: 5, most: 1440 };

it.each([
  [0, SECONDS, "0", "minutes"],
  [1, SECONDS, "1", "seconds"],
  [90, SECONDS, "90", "seconds"],
  [300, SECONDS, "5", "minutes"],
  [5400, SECONDS, "90", "minutes"],
  [7200, SECONDS, "2", "hours"],
  [86_400, SECONDS, "1", "days"],
  [60, MINUTES, "1", "hours"],
  [61, MINUTES, "61", "minutes"],
  [null, MINUTES, "", "minutes"],
  [3600, { unit: "seconds", least: 60, most: 3600 }, "1", "hours"],
  [25, { unit: "seconds", least: 1, most: 25 }, "25", "seconds"],
] as const)("%s of the API stand in the input as they are thought of", (value, limits, amount, unit) => {
  expect(typedOf(value, limits)).toEqual({ amount, unit });
});

it.each([
  [{ amount: "5", unit: "minutes" }, SECONDS, 300],
  [{ amount: "1.5", unit: "hours" }, SECONDS, 5400],
  [{ amount: "0.7", unit: "hours" }, MINUTES, 42],
  [{ amount: "0.1", unit: "hours" }, SECONDS, 360],
  [{ amount: "1", unit: "days" }, MINUTES, 1440],
] as const)("%o is sent as the API counts", (typed, limits, value) => {
  expect(valueOf(typed, limits)).toBe(value);
});

it("has no value of nothing", () => {
  expect(valueOf({ amount: " ", unit: "minutes" }, SECONDS)).toBeNaN();
});

it("offers no unit that is finer than the API's or longer than the longest length", () => {
  expect(unitsWithin(SECONDS)).toEqual(["seconds", "minutes", "hours", "days"]);
  expect(unitsWithin(MINUTES)).toEqual(["minutes", "hours", "days"]);
  expect(unitsWithin({ unit: "seconds", least: 60, most: 3600 })).toEqual(["seconds", "minutes", "hours"]);
});

it.each([
  [59, "59 s"],
  [60, "1 min"],
  [90, "90 s"],
  [300, "5 min"],
  [5400, "90 min"],
  [86_400, "1 d"],
  [90_000, "25 h"],
])("%s seconds are told as %s", (seconds, told) => {
  expect(lengthOf(seconds, "seconds")).toBe(told);
});

it.each([
  [4, "must be at least 5 minutes"],
  [5, undefined],
  [1440, undefined],
  [1441, "must be at most 1 day"],
  [5.5, "must be whole minutes"],
  [Number.NaN, "is needed"],
])("of %s minutes it says: %s", (value, wrong) => {
  expect(lengthWithin(MINUTES).safeParse(value).error?.issues[0]?.message).toBe(wrong);
});
