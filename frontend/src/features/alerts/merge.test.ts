import { expect, it } from "vitest";
import { rowsUnder, stillOf } from "./merge";
import type { AlertPage } from "./queries";

const page = (ids: string, next_cursor: string | null = "more") =>
  ({ items: Array.from(ids, (alert_id) => ({ alert_id })), next_cursor }) as unknown as AlertPage;

it.each([
  ["nothing has changed", "abc", ["abc", "def"], "abcdef"],
  ["one came on top", "xab", ["abc", "def"], "xabcdef"],
  ["one left the first page", "acd", ["abc", "def"], "acdef"],
  ["one moved up from further down", "eab", ["abc", "def"], "eabcdf"],
  ["every row of the first page is new", "xyz", ["abc", "def"], "xyzabcdef"],
  ["the first page reaches beyond what was read", "efg", ["abc", "def"], "efg"],
])("when %s, %s over %j is %s", (_what, head, pages, rows) => {
  expect(
    rowsUnder(
      page(head),
      pages.map((ids) => page(ids)),
    )
      .map(({ alert_id }) => alert_id)
      .join(""),
  ).toBe(rows);
});

it("ends with the first page once that is the whole list", () => {
  expect(rowsUnder(page("ab", null), [page("abc"), page("def")]).map(({ alert_id }) => alert_id)).toEqual(["a", "b"]);
});

it("lets go of what an event has moved to another tab", () => {
  const rows = [{ status: "OPEN" }, { status: "CLOSED" }] as unknown as AlertPage["items"];
  expect([stillOf("OPEN", rows).length, stillOf("ALL", rows).length]).toEqual([1, 2]);
});
