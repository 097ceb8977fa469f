import { expect, it } from "vitest";
import { historyLine, type HistoryRead } from "./historyLine";

const START = Date.parse("2026-11-21T12:00:00Z");
const MINUTE = 60_000;
const READ: HistoryRead = { bucket: MINUTE, expected: 20_000, until: START + 60 * MINUTE };

/** A series with a point at each of the minutes. */
const seriesAt = (minutes: readonly number[], spread = 0) => ({
  metric: "temp_c",
  unit: "°C",
  points: minutes.map((minute) => ({
    time: new Date(START + minute * MINUTE).toISOString(),
    avg: 4,
    min: 4 - spread,
    max: 4 + spread,
    count: 3,
  })),
});

/** The minutes between which the line is broken. */
const gapsOf = (minutes: readonly number[], read: Partial<HistoryRead> = {}, heardAt?: number): number[] => {
  const heard =
    heardAt === undefined ? undefined : { value: 5, time: new Date(START + heardAt * MINUTE).toISOString() };
  const { points } = historyLine(seriesAt(minutes), { ...READ, ...read }, heard);
  return points.flatMap(([time, value]) => (value === null ? [Math.floor((time - START) / MINUTE)] : []));
};

it("breaks the line where nothing came for more than three buckets", () => {
  expect(gapsOf([0, 1, 2, 6, 7])).toEqual([2]);
  expect(gapsOf([0, 1, 2, 5, 6])).toEqual([]);
});

it("waits for a device that is expected to send rarely", () => {
  expect(gapsOf([0, 1, 2, 20, 21], { expected: 10 * MINUTE })).toEqual([]);
  expect(gapsOf([0, 1, 2, 33, 34], { expected: 10 * MINUTE })).toEqual([2]);
});

it("takes a metric that comes rarely for what it is, not for silence", () => {
  expect(gapsOf([0, 10, 20, 30, 40])).toEqual([]);
  expect(gapsOf([0, 10, 20, 55, 65])).toEqual([20]);
});

it("goes on to what was heard after the read, unless the device had fallen silent before", () => {
  expect(gapsOf([57, 58, 59], {}, 62)).toEqual([]);
  expect(gapsOf([50, 51, 52], {}, 62)).toEqual([52]);
  expect(gapsOf([57, 58, 59], {}, 70)).toEqual([60]);
});

it("has the extremes of its buckets, and none where each has a single value", () => {
  expect(historyLine(seriesAt([0, 1], 2), READ).extremes).toEqual([
    [START, 2, 6],
    [START + MINUTE, 2, 6],
  ]);
  expect(historyLine(seriesAt([0, 1]), READ).extremes).toBeUndefined();
});
