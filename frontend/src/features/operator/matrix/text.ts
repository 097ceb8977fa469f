import type { Schemas } from "@/api/types";
import { count, counted } from "@/lib/numbers";

export const sortWords: Record<Schemas["TenantSort"], string> = {
  alerts: "most alerts first",
  online: "fewest online first",
  devices: "most devices first",
  last_seen_at: "heard of last first",
  name: "by name",
};

export const text = {
  title: "Tenant matrix",
  description:
    "How every customer's fleet does. Act: more than five live alerts. Look: less than 70 % of the fleet online.",
  search: "Search ids and names",
  sort: "Sorted",
  empty: "No tenant yet",
  emptyFiltered: "No tenant fits",
  columns: {
    attention: "Needs",
    tenant: "Tenant",
    devices: "Devices",
    online: "Online",
    alerts: "Live alerts",
    critical: "Critical",
    trend: "Alerts opened, 24 h",
    seen: "Heard of",
  },
  byStatus: (words: readonly string[]) => words.join(", "),
  trend: (tenant: string, total: number, most: number) =>
    `${tenant}: ${counted(total, "alert")} opened in 24 hours, at most ${count(most)} in one`,
};
