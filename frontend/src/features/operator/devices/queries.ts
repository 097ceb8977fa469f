import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { DeviceStatus, Lifecycle, Schemas } from "@/api/types";

export type TenantDevice = Schemas["TenantDevice"];

export interface DeviceFilters {
  q: string | undefined;
  tenant_id: string | undefined;
  status: DeviceStatus | undefined;
  lifecycle: Lifecycle | undefined;
  device_type: string | undefined;
}

export const devicePages = (filters: DeviceFilters) =>
  pagesOf(["operator-devices", filters], (cursor, signal) =>
    ask(api.GET("/operator/devices", { params: { query: { ...filters, limit: 50, cursor } }, signal })),
  );
