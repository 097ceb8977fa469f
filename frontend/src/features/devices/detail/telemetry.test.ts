import { expect, it } from "vitest";
import { byUnit, rangeWithData } from "./telemetry";

const NOW = Date.parse("2026-11-21T12:00:00Z");

it.each([
  ["2026-11-21T11:59:00Z", "24h"],
  ["2026-11-20T12:00:01Z", "24h"],
  ["2026-11-20T12:00:00Z", "7d"],
  ["2026-11-10T12:00:00Z", "30d"],
  ["2026-01-01T12:00:00Z", "24h"],
  [undefined, "24h"],
])("opens with a range that has the reading of %s: %s", (newest, range) => {
  expect(rangeWithData(newest, NOW)).toBe(range);
});

it("gives each unit an axis of its own, and each metric without one", () => {
  const line = (name: string, unit: string | null) => ({ name, unit, points: [] });
  const groups = byUnit([line("a", "°C"), line("b", "%"), line("c", "°C"), line("d", null), line("e", null)]);
  expect(groups.map((group) => group.map(({ name }) => name))).toEqual([["a", "c"], ["b"], ["d"], ["e"]]);
});
