import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it } from "vitest";
import { keys } from "@/api/queries";
import { noteStatus } from "./statuses";

const PAGE = [...keys.deviceListsByName, {}, 0];
const READ_AT = Date.parse("2026-11-21T08:00:00Z");
const device = (device_id: string) => ({
  device_id,
  status: "ONLINE",
  status_changed_at: "2026-11-21T07:00:00.000000Z",
  last_seen_at: "2026-11-21T07:59:00.000000Z",
});
const changed = (to_status: string, changed_at: string, device_id = "b") => ({
  type: "device.status_changed",
  channel: "fleet",
  time: changed_at,
  data: { device_id, from_status: "ONLINE", to_status, changed_at },
});

let queries: QueryClient;
const rows = (): unknown[] => queries.getQueryData<{ items: unknown[] }>(PAGE)?.items ?? [];

beforeEach(() => {
  queries = new QueryClient();
  queries.setQueryData(PAGE, { items: [device("a"), device("b")] }, { updatedAt: READ_AT });
});

it("puts a change of status into the row, and leaves the others as they are", () => {
  const [first] = rows();
  noteStatus(queries, changed("STALE", "2026-11-21T08:01:00.000000Z"));
  expect(rows()[1]).toEqual({ ...device("b"), status: "STALE", status_changed_at: "2026-11-21T08:01:00.000000Z" });
  expect(rows()[0]).toBe(first);
});

it("has seen whoever is back", () => {
  noteStatus(queries, changed("ONLINE", "2026-11-21T08:01:00.000000Z"));
  expect(rows()[1]).toMatchObject({ last_seen_at: "2026-11-21T08:01:00.000000Z" });
});

it("does not make the page younger than its read", () => {
  noteStatus(queries, changed("STALE", "2026-11-21T08:01:00.000000Z"));
  expect(queries.getQueryState(PAGE)?.dataUpdatedAt).toBe(READ_AT);
});

it.each([
  ["that is older than what is known", changed("OFFLINE", "2026-11-21T06:00:00.000000Z")],
  ["of a device that is not in the list", changed("OFFLINE", "2026-11-21T08:01:00.000000Z", "c")],
  ["into something unheard of", changed("ASLEEP", "2026-11-21T08:01:00.000000Z")],
  ["of another kind", { ...changed("OFFLINE", "2026-11-21T08:01:00.000000Z"), type: "device.updated" }],
])("leaves everything after a change %s", (_, event) => {
  const before = rows();
  noteStatus(queries, event);
  expect(rows()).toBe(before);
});
