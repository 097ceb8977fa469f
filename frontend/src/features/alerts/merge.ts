/** The pages of a list that were read, under a first page that was read since. Pure. */
import type { Alert, AlertStatus } from "@/api/types";
import type { AlertPage } from "./queries";

/**
 * The rows of `head`, then those of the pages that come after them. What stood above the end of `head` and is not in it
 * has left the list; what moved up into it is no longer further down.
 */
export function rowsUnder(head: AlertPage, pages: readonly AlertPage[]): Alert[] {
  if (head.next_cursor === null) return head.items;
  const before = pages.flatMap(({ items }) => items);
  const places = new Map(before.map(({ alert_id }, place) => [alert_id, place]));
  const fresh = new Set(head.items.map(({ alert_id }) => alert_id));
  const last = head.items.findLast(({ alert_id }) => places.has(alert_id));
  const end = last === undefined ? -1 : (places.get(last.alert_id) ?? -1);
  return [...head.items, ...before.slice(end + 1).filter(({ alert_id }) => !fresh.has(alert_id))];
}

/** Without those that an event has moved to another tab since they were read. */
export function stillOf(status: AlertStatus | "ALL", rows: readonly Alert[]): Alert[] {
  return rows.filter((row) => status === "ALL" || row.status === status);
}
