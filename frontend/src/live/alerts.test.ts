import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it } from "vitest";
import { keys } from "@/api/queries";
import { noteAlert } from "./alerts";

const LIST = [...keys.alertLists, {}];
const READ_AT = Date.parse("2026-11-21T08:00:00Z");
const row = (alert_id: string) => ({ alert_id, status: "OPEN", severity: "HIGH", summary: "Warm", trigger_count: 1 });
const event = (data: Record<string, unknown>) => ({
  type: "alert.acknowledged",
  channel: "alerts",
  time: "2026-11-21T08:00:01Z",
  data,
});

let queries: QueryClient;
const rows = (): unknown[] =>
  queries.getQueryData<{ pages: { items: unknown[] }[] }>(LIST)?.pages.flatMap(({ items }) => items) ?? [];

beforeEach(() => {
  queries = new QueryClient();
  const pages = [{ items: [row("a")] }, { items: [row("b")] }];
  queries.setQueryData(LIST, { pages, pageParams: [undefined, "more"] }, { updatedAt: READ_AT });
});

it("puts what happened to an alert into its row, on whichever page it is", () => {
  const [first] = rows();
  noteAlert(queries, event({ ...row("b"), status: "ACKNOWLEDGED", trigger_count: 2 }));
  expect(rows()).toEqual([row("a"), { ...row("b"), status: "ACKNOWLEDGED", trigger_count: 2 }]);
  expect(rows()[0]).toBe(first);
  expect(queries.getQueryState(LIST)?.dataUpdatedAt).toBe(READ_AT);
});

it.each([
  ["of an alert that is not in sight", row("z")],
  ["that says nothing of an alert", { group_id: "g" }],
])("leaves every row as it is after an event %s", (_what, data) => {
  const before = queries.getQueryData(LIST);
  noteAlert(queries, event(data));
  expect(queries.getQueryData(LIST)).toBe(before);
});
