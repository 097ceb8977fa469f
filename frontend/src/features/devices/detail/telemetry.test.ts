import { expect, it } from "vitest";
import { byUnit, lineInWords, rangeWithData, spanIn } from "./telemetry";

const NOW = Date.parse("2026-11-21T12:00:00Z");

const LONG_AGO = "2026-01-01T00:00:00Z";

it.each([
  ["2026-11-21T11:59:00Z", "24h"],
  ["2026-11-20T12:00:01Z", "24h"],
  ["2026-11-20T12:00:00Z", "7d"],
  ["2026-11-10T12:00:00Z", "30d"],
  ["2026-01-01T12:00:00Z", "24h"],
  [undefined, "24h"],
])("opens with a range that has the reading of %s: %s", (newest, range) => {
  expect(rangeWithData(newest, LONG_AGO, NOW)).toBe(range);
});

it.each([
  ["2026-11-21T11:55:00Z", "1h"],
  ["2026-11-21T10:00:00Z", "6h"],
  ["2026-11-21T05:00:00Z", "24h"],
])("opens with the whole life of a device that is there since %s: %s", (created, range) => {
  expect(rangeWithData("2026-11-21T11:59:00Z", created, NOW)).toBe(range);
});

it.each([
  [
    "2026-11-21T11:00:00Z",
    "2026-11-21T11:12:00Z",
    { start: "2026-11-21T11:00:00.000Z", end: "2026-11-21T11:12:00.000Z" },
  ],
  [
    "2026-11-21T11:00:00+02:00",
    "2026-11-21T10:00:00Z",
    { start: "2026-11-21T09:00:00.000Z", end: "2026-11-21T10:00:00.000Z" },
  ],
  ["2026-11-21T11:12:00Z", "2026-11-21T11:12:00Z", null],
  ["2026-11-21T11:12:00Z", "2026-11-21T11:00:00Z", null],
  ["yesterday", "2026-11-21T11:00:00Z", null],
  ["2026-11-21T11:00:00Z", undefined, null],
  [undefined, undefined, null],
])("takes the part from %s to %s as %j", (start, end, span) => {
  expect(spanIn(start, end)).toEqual(span);
});

it("gives each unit an axis of its own, and each metric without one", () => {
  const line = (name: string, unit: string | null) => ({ name, unit, points: [] });
  const groups = byUnit([line("a", "°C"), line("b", "%"), line("c", "°C"), line("d", null), line("e", null)]);
  expect(groups.map((group) => group.map(({ name }) => name))).toEqual([["a", "c"], ["b"], ["d"], ["e"]]);
});

it("says in words what a line's picture shows", () => {
  const line = { name: "temp_c", unit: "°C" };
  expect(lineInWords({ ...line, points: [[1, 4], [2, null], [3, 1.25], [4, 2]] })).toBe("temp_c: 1.25 to 4, at last 2"); // prettier-ignore
  expect(lineInWords({ ...line, points: [[1, null]] })).toBe("temp_c: nothing");
});
