import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { AlertStatus, Schemas, Severity } from "@/api/types";

export type TenantAlert = Schemas["TenantAlert"];
export type AlertType = Schemas["AlertType"];

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

export const alertPages = (filters: AlertFilters) =>
  pagesOf(["operator-alerts", filters], (cursor, signal) =>
    ask(api.GET("/operator/alerts", { params: { query: { ...filters, limit: 50, cursor } }, signal })),
  );
