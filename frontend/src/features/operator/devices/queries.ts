import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { DeviceStatus, Lifecycle, Schemas } from "@/api/types";
import type { SortChoice } from "../useSortChoice";

export type TenantDevice = Schemas["TenantDevice"];
export type DeviceSort = Schemas["TenantDeviceSort"];

export const SORTS: readonly DeviceSort[] = ["tenant_id", "name", "device_type", "status", "last_seen_at"];

export interface DeviceFilters {
  q: string | undefined;
  tenant_id: string | undefined;
  status: DeviceStatus | undefined;
  lifecycle: Lifecycle | undefined;
  device_type: string | undefined;
}

export const devicePages = (filters: DeviceFilters, sorting: SortChoice<DeviceSort>) =>
  pagesOf(["operator-devices", filters, sorting], (cursor, signal) =>
    ask(api.GET("/operator/devices", { params: { query: { ...filters, ...sorting, limit: 50, cursor } }, signal })),
  );
