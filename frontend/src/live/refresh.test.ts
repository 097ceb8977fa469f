import type { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Refresher, staleAfter } from "./refresh";

const event = (type: string) => ({ type, channel: "alerts", time: "2026-11-21T08:00:00Z", data: {} });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it.each([
  ["alert.opened", ["alerts", "overview"]],
  ["alert_group.opened", ["alerts", "overview"]],
  ["device.status_changed", ["devices", "sites", "overview"]],
  ["device.telemetry", []],
  ["oncall.changed", []],
])("%s makes %j old", (type, names) => {
  expect(staleAfter(type)).toEqual(names);
});

function makeRefresher() {
  const invalidateQueries = vi.fn(() => Promise.resolve());
  return { refresher: new Refresher({ invalidateQueries } as unknown as QueryClient), invalidateQueries };
}

it("reads at once, then once more for all that was heard meanwhile", () => {
  const { refresher, invalidateQueries } = makeRefresher();
  for (let heard = 0; heard < 50; heard++) refresher.note(event("alert.opened"));
  expect(invalidateQueries).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(invalidateQueries).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(60_000);
  expect(invalidateQueries).toHaveBeenCalledTimes(2);
});

it("reads at most eight times in a minute in which something happens all the time", () => {
  const { refresher, invalidateQueries } = makeRefresher();
  for (let tenth = 0; tenth < 600; tenth++) {
    refresher.note(event("alert.opened"));
    vi.advanceTimersByTime(100);
  }
  expect(invalidateQueries.mock.calls.length).toBeLessThanOrEqual(8);
});

it("is prompt again after a calm", () => {
  const { refresher, invalidateQueries } = makeRefresher();
  for (let second = 0; second < 60; second++) {
    refresher.note(event("alert.opened"));
    vi.advanceTimersByTime(1000);
  }
  vi.advanceTimersByTime(60_000);
  invalidateQueries.mockClear();
  refresher.note(event("alert.opened"));
  expect(invalidateQueries).toHaveBeenCalledTimes(1);
});
