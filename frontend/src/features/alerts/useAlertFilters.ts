import { SEVERITIES, type Alert, type AlertStatus, type AlertType, type Severity } from "@/api/types";
import type { Schemas } from "@/api/types";
import { useSearchState } from "@/lib/useSearchState";

export type StatusTab = Schemas["StatusChoice"];
export type AlertSort = Schemas["AlertSort"];
export type AlertSource = Schemas["AlertSource"];

export const TABS: readonly StatusTab[] = ["OPEN", "ACKNOWLEDGED", "CLOSED", "ALL"];
export const SOURCES: readonly AlertSource[] = ["rule", "heartbeat", "addon", "platform"];
/** An addon's types are its own, so they are told by their form. */
const TYPE = /^[A-Z][A-Z0-9_]{0,63}$/;
const SORTS: readonly AlertSort[] = ["opened_at", "last_triggered_at", "severity"];

export interface AlertFilters {
  status: StatusTab;
  severity: Severity[];
  type: AlertType[];
  source: AlertSource | undefined;
  site: string | undefined;
  device: string | undefined;
  q: string;
  sort: AlertSort;
  order: "asc" | "desc";
}

/** Whether everything that a row stands for has a status: with every status in the list, those of a group may differ. */
export function isAll(status: AlertStatus, row: Alert, tab: StatusTab): boolean {
  return row.status === status && (row.together === 1 || tab !== "ALL");
}

/** The inbox as its address says it; what makes no sense in there is left out. */
export function useAlertFilters(): {
  filters: AlertFilters;
  expanded: string | undefined;
  change: ReturnType<typeof useSearchState>["change"];
} {
  const { one, many, change } = useSearchState();
  const known = <Value extends string>(values: readonly Value[], text: string | undefined): Value | undefined =>
    values.find((value) => value === text);
  const filters: AlertFilters = {
    status: known(TABS, one("status")) ?? "OPEN",
    severity: SEVERITIES.filter((severity) => many("severity").includes(severity)),
    type: many("type").filter((type) => TYPE.test(type)),
    source: known(SOURCES, one("source")),
    site: one("site"),
    device: one("device"),
    q: one("q") ?? "",
    sort: known(SORTS, one("sort")) ?? "opened_at",
    order: one("order") === "asc" ? "asc" : "desc",
  };
  return { filters, expanded: one("alert"), change };
}
