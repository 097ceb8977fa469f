import { queryOptions } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { TENANTS } from "../queries";
import { text } from "./text";

export type Tenant = Schemas["Tenant"];
export type TenantStatus = Schemas["TenantStatus"];
export type LimitName = Schemas["LimitName"];

export const STATUSES: readonly TenantStatus[] = ["ACTIVE", "SUSPENDED", "DELETED"];

export const tenantPages = (q: string, status: TenantStatus | undefined) =>
  pagesOf([TENANTS, "list", { q, status }], (cursor, signal) =>
    ask(
      api.GET("/operator/tenants", {
        params: { query: { q: q === "" ? undefined : q, status, limit: 50, cursor } },
        signal,
      }),
    ),
  );

export const deviceLimit = (tenantId: string) =>
  queryOptions({
    queryKey: [TENANTS, "device-limit", tenantId],
    queryFn: ({ signal }) =>
      ask(api.GET("/operator/tenants/{tenant_id}/device-limit", { params: { path: { tenant_id: tenantId } }, signal })),
  });

/** Whether subscriptions say how many devices a tenant may have. */
export const hasSubscriptions = (tenant_id: string) =>
  queryOptions({
    queryKey: [TENANTS, "has-subscriptions", tenant_id],
    queryFn: async ({ signal }) => {
      const { items } = await ask(
        api.GET("/operator/subscriptions", { params: { query: { tenant_id, limit: 1 } }, signal }),
      );
      return items.length > 0;
    },
  });

const versioned = (tenant: Tenant) =>
  ({ path: { tenant_id: tenant.tenant_id }, header: ifMatch(tenant.version) }) as const;

export const useCreateTenant = () =>
  useChange({
    send: (body: Schemas["CreateTenant"]) => ask(api.POST("/operator/tenants", { body })),
    changes: [TENANTS],
    done: (made) => text.done.created(made.name),
    silent: true,
  });

export const useChangeTenant = (tenant: Tenant) =>
  useChange({
    send: (body: Schemas["ChangeTenant"]) =>
      ask(api.PATCH("/operator/tenants/{tenant_id}", { params: versioned(tenant), body })),
    changes: [TENANTS],
    done: () => text.done.changed(tenant.name),
    silent: true,
  });

export const useSetDeviceLimit = (tenant: Tenant) =>
  useChange({
    send: (body: Schemas["SetDeviceLimit"]) =>
      ask(
        api.PUT("/operator/tenants/{tenant_id}/device-limit", {
          params: { path: { tenant_id: tenant.tenant_id } },
          body,
        }),
      ),
    changes: [TENANTS],
    done: (seats) => text.done.limited(tenant.name, seats.device_limit),
    silent: true,
  });

export const useSuspendTenant = (tenant: Tenant) =>
  useChange({
    send: (body: Schemas["SuspendTenant"]) =>
      ask(api.POST("/operator/tenants/{tenant_id}/suspend", { params: versioned(tenant), body })),
    changes: [TENANTS],
    done: () => text.done.suspended(tenant.name),
    silent: true,
  });

export const useResumeTenant = (tenant: Tenant) =>
  useChange({
    send: () => ask(api.POST("/operator/tenants/{tenant_id}/resume", { params: versioned(tenant) })),
    changes: [TENANTS],
    done: () => text.done.resumed(tenant.name),
  });

export const useDeleteTenant = (tenant: Tenant) =>
  useChange({
    send: () => ask(api.DELETE("/operator/tenants/{tenant_id}", { params: versioned(tenant) })),
    changes: [TENANTS],
    done: () => text.done.deleted(tenant.name),
    silent: true,
  });
