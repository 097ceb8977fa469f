import type { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Refresher, staleAfter } from "./refresh";

const event = (type: string) => ({ type, channel: "alerts", time: "2026-11-21T08:00:00Z", data: {} });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it.each([
  ["alert.opened", ["alerts"]],
  ["alert_group.opened", ["alerts"]],
  ["device.status_changed", ["devices", "sites"]],
  ["device.telemetry", []],
  ["oncall.changed", []],
])("%s makes %j old", (type, names) => {
  expect(staleAfter(type)).toEqual(names);
});

it("reads at once, then once a second however much is heard", () => {
  const invalidateQueries = vi.fn(() => Promise.resolve());
  const refresher = new Refresher({ invalidateQueries } as unknown as QueryClient);
  for (let heard = 0; heard < 50; heard++) refresher.note(event("alert.opened"));
  expect(invalidateQueries).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(invalidateQueries).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5000);
  expect(invalidateQueries).toHaveBeenCalledTimes(2);
});
