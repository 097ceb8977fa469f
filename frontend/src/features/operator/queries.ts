/** Reads that several pages of operators share. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import type { Schemas } from "@/api/types";

export type TenantHealth = Schemas["TenantHealth"];
export type TenantSort = Schemas["TenantSort"];

export const SORTS: readonly TenantSort[] = ["alerts", "online", "devices", "last_seen_at", "name"];
export const REFRESH_MILLISECONDS = 30_000;

/** Every read of tenants begins with it. */
export const TENANTS = "operator-tenants";

export const oneTenant = (tenantId: string) =>
  queryOptions({
    queryKey: [TENANTS, "one", tenantId],
    queryFn: ({ signal }) =>
      ask(api.GET("/operator/tenants/{tenant_id}", { params: { path: { tenant_id: tenantId } }, signal })),
  });

export const tenantMatrix = (sort: TenantSort, q?: string) =>
  queryOptions({
    queryKey: [TENANTS, "health", { sort, q }],
    refetchInterval: REFRESH_MILLISECONDS,
    queryFn: ({ signal }) => ask(api.GET("/operator/tenant-health", { params: { query: { sort, q } }, signal })),
  });

export const systemHealth = queryOptions({
  queryKey: ["operator-system", "health"],
  refetchInterval: REFRESH_MILLISECONDS,
  queryFn: ({ signal }) => ask(api.GET("/operator/system/health", { signal })),
});
