/** Puts what an event says of an alert into the lists that were read, so that not every page of them is read again. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { keys } from "@/api/queries";
import { ALERT_STATUSES, SEVERITIES, type Alert } from "@/api/types";
import type { LiveEvent } from "./connection";

const AlertChange = z.object({
  alert_id: z.string(),
  status: z.enum(ALERT_STATUSES),
  severity: z.enum(SEVERITIES),
  summary: z.string(),
  trigger_count: z.number(),
});

type Pages = InfiniteData<{ items: readonly Alert[] }>;

/** Take a change over into every row of the alert. Which rows a list has is read, never guessed. */
export function noteAlert(queries: QueryClient, event: LiveEvent): void {
  if (!event.type.startsWith("alert.")) return;
  const change = AlertChange.safeParse(event.data);
  if (!change.success) return;
  const { alert_id, ...changed } = change.data;
  for (const query of queries.getQueryCache().findAll({ queryKey: keys.alertLists })) {
    const data = query.state.data as Pages | undefined;
    const isIn = data?.pages.some(({ items }) => items.some((row) => row.alert_id === alert_id));
    if (data === undefined || isIn !== true) continue;
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.map((row) => (row.alert_id === alert_id ? { ...row, ...changed } : row)),
    }));
    // As old as it was: the other rows have not been read.
    queries.setQueryData(query.queryKey, { ...data, pages }, { updatedAt: query.state.dataUpdatedAt });
  }
}
