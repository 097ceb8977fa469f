import { expect, it } from "vitest";
import { marksOf, placeOf, stretchBetween, ticksOf, timeAt, type Axis } from "./timeScale";

const axis = (start: string, end: string): Axis => ({ start: Date.parse(start), end: Date.parse(end) });
const inWords = (of: Axis, timeZone: string): { periods: string[]; steps: string[] } => {
  const { periods, steps } = marksOf(of, ticksOf(of, timeZone), timeZone);
  return { periods: periods.map(({ label }) => label), steps: steps.map(({ label }) => label) };
};

it("keeps what is over or to come at the axis's ends", () => {
  const week = axis("2026-11-22T00:00Z", "2026-11-29T00:00Z");
  const places = ["2026-11-20T00:00Z", "2026-11-25T12:00Z", "2026-12-24T00:00Z"].map((time) =>
    placeOf(Date.parse(time), week),
  );
  expect(places).toEqual([0, 50, 100]);
});

it("names the first day and each that follows, and the month of the first and where another begins", () => {
  const days = axis("2026-11-27T23:00Z", "2026-12-02T23:00Z");
  expect(inWords(days, "Europe/Oslo")).toEqual({
    periods: ["Nov", "Dec"],
    steps: ["Sat 28", "Sun 29", "Mon 30", "Tue 1", "Wed 2"],
  });
  expect(placeOf(marksOf(days, ticksOf(days, "Europe/Oslo"), "Europe/Oslo").periods[1]?.time ?? 0, days)).toBe(60);
});

it("names a first day that has begun before at its start, and days that a clock change makes longer", () => {
  const days = axis("2026-10-24T15:00Z", "2026-10-27T15:00Z");
  expect(inWords(days, "Europe/Oslo").steps).toEqual(["Sat 24", "Sun 25", "Mon 26", "Tue 27"]);
  expect(ticksOf(days, "Europe/Oslo").slice(0, 3)).toEqual(
    ["2026-10-24T15:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"].map((time) => Date.parse(time)),
  );
});

it("names some of many days, and the month at the first of them", () => {
  const { periods, steps } = inWords(axis("2026-11-01T00:00Z", "2026-12-31T00:00Z"), "UTC");
  expect(periods).toEqual(["Nov", "Dec"]);
  expect(steps).toHaveLength(15);
});

it("names hours within two days, and the day where each begins", () => {
  expect(inWords(axis("2026-11-30T18:30Z", "2026-12-01T02:30Z"), "UTC")).toEqual({
    periods: ["30 Nov", "1 Dec"],
    steps: ["19:00", "20:00", "21:00", "22:00", "23:00", "00:00", "01:00", "02:00"],
  });
});

it("tells the time below a place, and the nearest one beside the chart", () => {
  const day = axis("2026-11-22T00:00Z", "2026-11-23T00:00Z");
  const box = { left: 100, width: 480 };
  const times = [20, 100, 340, 580, 900].map((x) => new Date(timeAt(x, box, day)).toISOString().slice(0, 13));
  expect(times).toEqual(["2026-11-22T00", "2026-11-22T00", "2026-11-22T12", "2026-11-23T00", "2026-11-23T00"]);
});

const TWO_WEEKS = axis("2026-11-22T00:00Z", "2026-12-06T00:00Z");
const ONE_DAY = axis("2026-11-22T00:00Z", "2026-11-23T00:00Z");
it.each([
  ["to whole hours of days", TWO_WEEKS, "UTC", "2026-11-23T08:20Z", "2026-11-23T16:40Z", ["23T08:00", "23T17:00"]],
  ["from right to left", TWO_WEEKS, "UTC", "2026-11-23T16:40Z", "2026-11-23T08:20Z", ["23T08:00", "23T17:00"]],
  ["to quarters of hours", ONE_DAY, "UTC", "2026-11-22T12:20Z", "2026-11-22T12:50Z", ["22T12:15", "22T12:45"]],
  [
    "by the zone's clocks",
    TWO_WEEKS,
    "Asia/Kolkata",
    "2026-11-23T08:20Z",
    "2026-11-23T16:40Z",
    ["23T08:30", "23T16:30"],
  ],
  ["from the next hour on", TWO_WEEKS, "UTC", "2026-11-22T01:00Z", "2026-11-22T16:00Z", ["22T11:00", "22T16:00"]],
  ["to nothing of what is over", TWO_WEEKS, "UTC", "2026-11-22T01:00Z", "2026-11-22T10:10Z", null],
  ["to nothing of too little", TWO_WEEKS, "UTC", "2026-11-23T08:00Z", "2026-11-23T08:10Z", null],
] as const)("rounds a stretch %s", (_, shown, timeZone, one, other, expected) => {
  const now = Date.parse("2026-11-22T10:05:30Z");
  const stretch = stretchBetween(Date.parse(one), Date.parse(other), shown, timeZone, now);
  expect(stretch && [stretch.start, stretch.end].map((time) => new Date(time).toISOString().slice(8, 16))).toEqual(
    expected,
  );
});
