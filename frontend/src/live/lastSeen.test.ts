import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it } from "vitest";
import { keys } from "@/api/queries";
import { noteHeard, withNewestSeen } from "./lastSeen";

const PAGE = [...keys.deviceListsByName, {}, 0];
const BY_STATUS = [...keys.deviceListsByStatus, {}, 0];
const READ_AT = Date.parse("2026-11-21T08:00:00Z");
const device = (device_id: string, minute: number | null = 0) => ({
  device_id,
  last_seen_at: minute === null ? null : `2026-11-21T08:0${minute}:00Z`,
});
const heard = (minute: number, device_id = "b") => ({
  type: "device.telemetry",
  channel: `device:${device_id}`,
  time: "2026-11-21T08:09:00Z",
  data: { device_id, reading_time: `2026-11-21T08:0${minute}:00.000000Z`, metrics: {} },
});

let queries: QueryClient;
/** Minutes of when b was last seen, by its own page and by two lists. */
const minutes = (): (string | undefined)[] =>
  [
    queries.getQueryData<ReturnType<typeof device>>(keys.device("b")),
    ...[PAGE, BY_STATUS].map(
      (key) => queries.getQueryData<{ items: ReturnType<typeof device>[] }>(key)?.items.find((each) => each.device_id === "b"), // prettier-ignore
    ),
  ].map((each) => each?.last_seen_at?.slice(14, 16));

beforeEach(() => {
  queries = new QueryClient();
  queries.setQueryData(PAGE, { items: [device("a"), device("b", 3)] }, { updatedAt: READ_AT });
  queries.setQueryData(BY_STATUS, { items: [device("b", null)] });
  queries.setQueryData(keys.device("b"), device("b", 2));
});

it("says everywhere that a device is seen which is heard", () => {
  const before = queries.getQueryData<{ items: unknown[] }>(PAGE);
  noteHeard(queries, heard(5));
  expect(minutes()).toEqual(["05", "05", "05"]);
  expect(queries.getQueryData<{ items: unknown[] }>(PAGE)?.items[0]).toBe(before?.items[0]);
  expect(queries.getQueryState(PAGE)?.dataUpdatedAt).toBe(READ_AT);
});

it("takes a late value for nothing new", () => {
  noteHeard(queries, heard(1));
  expect(minutes()).toEqual(["02", "03", "01"]);
  noteHeard(queries, heard(9, "c"));
  expect(minutes()).toEqual(["02", "03", "01"]);
});

it("puts what a newer read says into what was read before", () => {
  expect(withNewestSeen(queries, [device("a", 4), device("b", 4)])).toEqual([device("a", 4), device("b", 4)]);
  expect(minutes()).toEqual(["04", "04", "04"]);
});

it("keeps what was heard when a read knows nothing of it yet", () => {
  noteHeard(queries, heard(5));
  expect(withNewestSeen(queries, [device("b", 4)])[0]?.last_seen_at).toBe("2026-11-21T08:05:00.000000Z");
});

it("leaves devices alone that nobody looks at", () => {
  const read = [device("a", 4)];
  expect(withNewestSeen(queries, read)[0]).toBe(read[0]);
  expect(queries.getQueryData<{ items: unknown[] }>(PAGE)?.items[0]).toEqual(device("a"));
});
