import type { ColumnDef } from "@tanstack/react-table";
import { byteSize, count } from "@/lib/numbers";
import { money } from "./money";
import type { Usage } from "./queries";
import { itemWords, text } from "./text";

/** Rows of usage are sorted by these. */
export const USAGE_VALUES = {
  messages: (usage: Usage) => usage.messages,
  readings: (usage: Usage) => usage.readings,
  notifications: (usage: Usage) => usage.notifications,
  api_calls: (usage: Usage) => usage.api_calls,
  stored: (usage: Usage) => usage.stored_bytes,
  cost: (usage: Usage) => Number(usage.cost),
};

/** What every row of usage says, whosever it is. */
export function usageColumns<Row extends Usage>(currency: string): ColumnDef<Row>[] {
  const amount = (id: "messages" | "readings" | "notifications" | "api_calls"): ColumnDef<Row> => ({
    id,
    header: text.columns[id],
    meta: { sort: id, className: "tabular text-right" },
    cell: ({ row }) => count(row.original[id]),
  });
  return [
    amount("messages"),
    amount("readings"),
    amount("notifications"),
    amount("api_calls"),
    {
      id: "stored",
      header: text.columns.stored,
      meta: { sort: "stored", className: "tabular text-right" },
      cell: ({ row }) => byteSize(row.original.stored_bytes),
    },
    {
      id: "cost",
      header: text.columns.cost,
      meta: { sort: "cost", className: "tabular text-right" },
      cell: ({ row }) => (
        <span className="font-medium" title={partsOf(row.original, currency)}>
          {money(row.original.cost, currency)}
        </span>
      ),
    },
  ];
}

/** What the cost is made of. */
export function partsOf({ costs }: Usage, currency: string): string {
  return Object.entries(costs)
    .map(([item, cost]) => text.costOf(itemWords[item as keyof typeof itemWords], money(cost, currency)))
    .join(", ");
}
