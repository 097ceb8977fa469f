import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { AlertStatus, Schemas, Severity } from "@/api/types";
import type { SortChoice } from "../useSortChoice";

export type TenantAlert = Schemas["TenantAlert"];
export type AlertType = Schemas["AlertType"];
export type AlertSort = Schemas["TenantAlertSort"];

export const SORTS: readonly AlertSort[] = ["opened_at", "last_triggered_at", "severity", "status", "tenant_id"];

export interface AlertFilters {
  status: AlertStatus[];
  severity: Severity[] | undefined;
  type: AlertType[] | undefined;
  tenant_id: string | undefined;
  device_id: string | undefined;
  q: string | undefined;
  start: string | undefined;
  end: string | undefined;
}

export const alertPages = (filters: AlertFilters, sorting: SortChoice<AlertSort>) =>
  pagesOf(["operator-alerts", filters, sorting], (cursor, signal) =>
    ask(api.GET("/operator/alerts", { params: { query: { ...filters, ...sorting, limit: 50, cursor } }, signal })),
  );
