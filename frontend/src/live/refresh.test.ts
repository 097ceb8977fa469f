import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keptWhileEdited } from "@/api/queries";
import { Refresher } from "./refresh";

const event = (type: string, data: Record<string, unknown> = { device_id: "freezer-1" }) => ({
  type,
  channel: "alerts",
  time: "2026-11-21T08:00:00Z",
  data,
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const KNOWN = [
  ["alerts", "list"],
  ["overview"],
  ["devices", "one", "freezer-1"],
  ["devices", "one", "freezer-2"],
  ["devices", "list", "by-name", {}, 0],
  ["devices", "list", "by-status", {}, 0],
  ["devices", "types"],
  ["sites", "all"],
  ["sites", "numbers", "list"],
  ["channels", "all"],
  ["routing", "list"],
  ["maintenance", "calendar"],
];

it.each([
  ["alert.opened", ["alerts list", "overview"]],
  ["alert_group.opened", ["alerts list", "overview"]],
  ["device.status_changed", ["overview", "devices one freezer-1", "devices list by-status", "sites numbers list"]],
  ["device.connected", ["devices one freezer-1"]],
  [
    "device.created",
    [
      "overview",
      "devices one freezer-1",
      "devices one freezer-2",
      "devices list by-name",
      "devices list by-status",
      "devices types",
      "sites all",
      "sites numbers list",
    ],
  ],
  ["device.telemetry", []],
  ["oncall.changed", []],
])("after %s, of what is known %j is read again", (type, read) => {
  const queries = new QueryClient();
  for (const key of KNOWN) queries.setQueryData(key, {});
  new Refresher(queries).note(event(type));
  const old = queries.getQueryCache().findAll({ predicate: ({ state }) => state.isInvalidated });
  expect(old.map(({ queryKey }) => queryKey.filter((part) => typeof part === "string").join(" "))).toEqual(read);
});

it.each([
  [
    "site",
    [
      "overview",
      "devices one freezer-1",
      "devices one freezer-2",
      "devices list by-name",
      "devices list by-status",
      "devices types",
      "sites all",
      "sites numbers list",
    ],
  ],
  ["device_type", ["devices types"]],
  ["alert_rule", ["overview"]],
  ["notification_channel", ["overview", "channels all", "routing list"]],
  ["maintenance_window", ["overview", "maintenance calendar"]],
  ["something newer than this page", []],
])("after a change of a %s, of what is known %j is read again", (kind, read) => {
  const queries = new QueryClient();
  for (const key of KNOWN) queries.setQueryData(key, {});
  new Refresher(queries).note(event("configuration.changed", { kind }));
  const old = queries.getQueryCache().findAll({ predicate: ({ state }) => state.isInvalidated });
  expect(old.map(({ queryKey }) => queryKey.filter((part) => typeof part === "string").join(" "))).toEqual(read);
});

it.each([
  [
    ["name", "notes"],
    ["alerts list", "alert-lists", "overview", "devices one freezer-1"],
  ],
  [["notes"], ["overview", "devices one freezer-1"]],
])("after a change of a device's %j, of alerts and what is known else %j is read again", (fields, read) => {
  const queries = new QueryClient();
  const known = [["alerts", "list"], ["alert-lists", {}], ["overview"], ["devices", "one", "freezer-1"], ["channels"]];
  for (const key of known) queries.setQueryData(key, {});
  new Refresher(queries).note(event("device.updated", { device_id: "freezer-1", fields }));
  const old = queries.getQueryCache().findAll({ predicate: ({ state }) => state.isInvalidated });
  expect(old.map(({ queryKey }) => queryKey.filter((part) => typeof part === "string").join(" "))).toEqual(read);
});

it("what a form was filled with stays as it is while somebody types", () => {
  const queries = new QueryClient();
  const read = vi.fn(() => Promise.resolve({ name: "theirs" }));
  const queryKey = ["sites", "one", "harbour"];
  queries.setQueryData(queryKey, { name: "mine" });
  const stop = new QueryObserver(queries, { queryKey, queryFn: read, ...keptWhileEdited }).subscribe(() => undefined);
  const refresher = new Refresher(queries);
  refresher.note(event("configuration.changed", { kind: "site" }));
  refresher.refreshAll();
  expect(read).not.toHaveBeenCalled();
  stop();
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
