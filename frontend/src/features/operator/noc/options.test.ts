import { expect, it } from "vitest";
import { areaOption, busiestHour, endOfScale, judge, withGaps } from "./options";

const GAUGE = { value: 50, maximum: null, unit: "", amber: null, red: null, higher_is_better: true, measured_at: null };

it.each([
  [96, "good"],
  [95, "good"],
  [94.9, "amber"],
  [80, "amber"],
  [79.9, "red"],
  [null, "neutral"],
])("a fleet of which %s %% are online is %s", (value, judgement) => {
  expect(judge({ ...GAUGE, value, amber: 95, red: 80 })).toBe(judgement);
});

it.each([
  [70, "good"],
  [70.1, "amber"],
  [90.1, "red"],
])("a database of whose connections %s %% are taken is %s", (value, judgement) => {
  expect(judge({ ...GAUGE, value, amber: 70, red: 90, higher_is_better: false })).toBe(judgement);
});

it.each([
  [0, 1],
  [1, 2],
  [3, 5],
  [40, 100],
  [700, 2000],
  [null, 1],
])("a gauge without an end of its own that shows %s ends at %s", (value, end) => {
  expect(endOfScale({ ...GAUGE, value })).toBe(end);
});

it("a gauge with an end of its own ends there", () => {
  expect(endOfScale({ ...GAUGE, maximum: 100 })).toBe(100);
});

it("a week without alerts has no busiest hour", () => {
  expect(busiestHour([{ weekday: 1, hour: 0, opened: 0 }])).toBe("");
});

it("a curve has a gap where nothing was measured", () => {
  const points = [0, 60, 61, 300].map((seconds, value) => ({ time: new Date(seconds * 1000).toISOString(), value }));
  expect(withGaps(points, 60_000)).toEqual([
    [0, 0],
    [60_000, 1],
    [61_000, 2],
    [121_000, null],
    [300_000, 3],
  ]);
});

it("curves have the colours and the words that their subjects have everywhere", () => {
  const colours = { online: "green", stale: "orange", offline: "red" } as Parameters<typeof areaOption>[2];
  const curves = ["PERMANENT", "SENT", "TEMPORARY"].map((subject) => ({
    metric: "notifications" as const,
    subject,
    unit: "",
    points: [],
  }));
  const range = { start: "2026-11-21T12:00:00Z", end: "2026-11-21T13:00:00Z", step_seconds: 60 };
  const chart = { chart: "notifications", curves } as unknown as Parameters<typeof areaOption>[0];
  const { series } = areaOption(chart, range, colours, { timeZone: "UTC", scale: 1 });
  // What failed lies on top: its line would be what was sent, in red.
  expect((series as { lineStyle: { width: number } }[]).map(({ lineStyle }) => lineStyle.width)).toEqual([0, 0, 0]);
  expect((series as { name: string; color: string }[]).map(({ name, color }) => [name, color])).toEqual([
    ["Sent", "green"],
    ["Tried again", "orange"],
    ["Failed", "red"],
  ]);
});
