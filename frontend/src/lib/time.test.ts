import { expect, it } from "vitest";
import {
  axisTime,
  duration,
  fullTime,
  instantOf,
  longDuration,
  relativeTime,
  shortTime,
  timeSpan,
  wallTimeOf,
} from "./time";

const NOON = Date.UTC(2026, 10, 21, 12);

it.each([
  ["2026-11-21T16:35:00Z", "2026-11-21T18:35:00Z", "21 Nov, 16:35 – 18:35"],
  ["2026-11-21T22:35:00Z", "2026-11-22T00:35:00Z", "21 Nov, 22:35 – 22 Nov, 00:35"],
])("a span from %s to %s names a second day alone", (start, end, told) => {
  expect(timeSpan(start, end, "UTC", NOON)).toBe(told);
});

it.each([
  [0, "just now"],
  [4_999, "just now"],
  [5_000, "5 s ago"],
  [59_999, "59 s ago"],
  [60_000, "1 min ago"],
  [3_600_000, "1 h ago"],
  [2 * 86_400_000, "2 d ago"],
  [-90_000, "in 1 min"],
])("%d ms ago reads %s", (distance, words) => {
  expect(relativeTime(NOON - distance, NOON)).toBe(words);
});

it("reads long durations in two units", () => {
  expect(longDuration(2 * 3_600_000 + 5 * 60_000)).toBe("2 h 05 min");
  expect(longDuration(76 * 3_600_000)).toBe("3 d 4 h");
  expect(duration(47 * 3_600_000)).toBe("47 h");
});

it("shows times in the zone that was chosen", () => {
  expect(fullTime(NOON, "Europe/Amsterdam")).toBe("21 Nov 2026, 13:00:00");
});

it("says as much of a time on an axis as the axis is long", () => {
  expect(axisTime(NOON, 86_400_000, "UTC")).toBe("12:00");
  expect(axisTime(NOON, 120_000, "UTC", 15_000)).toBe("12:00:00");
  expect(axisTime(NOON, 7 * 86_400_000, "UTC")).toBe("21 Nov, 12:00");
  expect(axisTime(NOON, 30 * 86_400_000, "UTC")).toBe("21 Nov");
});

it("names the year of what is not this year's", () => {
  expect(shortTime("2026-11-20T23:30:00Z", "UTC", NOON)).toBe("20 Nov, 23:30");
  expect(shortTime("2049-12-31T23:59:00Z", "UTC", NOON)).toBe("31 Dec 2049, 23:59");
});

it.each([
  ["2026-11-21T13:00", "Europe/Amsterdam", "2026-11-21T12:00:00.000Z"],
  ["2026-07-01T09:30", "America/New_York", "2026-07-01T13:30:00.000Z"],
  ["2026-11-21T12:00", "UTC", "2026-11-21T12:00:00.000Z"],
  ["2026-03-29T03:30", "Europe/Amsterdam", "2026-03-29T01:30:00.000Z"],
])("%s in %s is one instant, and back", (wall, zone, instant) => {
  expect(instantOf(wall, zone).toISOString()).toBe(instant);
  expect(wallTimeOf(new Date(instant), zone)).toBe(wall);
});
