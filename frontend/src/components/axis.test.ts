import { expect, it } from "vitest";
import { axisWidth, sharedUnit, ticksIn } from "./axis";

it.each([
  [[0, 0.1, 0.1 + 0.2], "°C", ["0 °C", "0.1 °C", "0.3 °C"]],
  [[1_000_000, 1_000_005], null, ["1,000,000", "1,000,005"]],
  [[0.00001, 0.00002], null, ["0.00001", "0.00002"]],
])("%s of unit %s are told as %s", (values, unit, told) => {
  expect(ticksIn(values, unit)).toEqual(told);
});

it("gives long figures the room that they need, and short ones no less than usual", () => {
  expect(axisWidth(null)).toBe(56);
  expect(axisWidth(["5", "10"])).toBe(56);
  expect(axisWidth(["0", "1,000,000,000"])).toBeGreaterThan(56 + "1,000,000,000".length * 4);
});

it.each([
  [["°C", "°C"], "°C"],
  [["°C", "%"], null],
  [["°C", null], null],
  [[""], null],
  [[], null],
])("lines in %s share the unit %s", (units, shared) => {
  expect(sharedUnit(units.map((unit) => ({ unit })))).toBe(shared);
});
