/** Whose log is read: a tenant's own by its administrators, or everybody's by operators. */
import { createContext, useContext } from "react";
import { api } from "@/api/client";

/** What narrows the log; times are instants. */
export interface AuditFilters {
  q: string | undefined;
  /** Operators' alone: a tenant's own log is of no other. */
  tenant_id: string | undefined;
  action: string | undefined;
  actor: string | undefined;
  subject: string | undefined;
  start: string | undefined;
  end: string | undefined;
}

interface Slice {
  limit: number;
  cursor: string | undefined;
}

export const OWN_TENANT = {
  name: "tenant",
  list: (filters: AuditFilters, slice: Slice, signal: AbortSignal) =>
    api.GET("/customer/audit-log", { params: { query: { ...filters, ...slice } }, signal }),
  export: (filters: AuditFilters) =>
    api.GET("/customer/audit-log/export", { params: { query: filters }, parseAs: "text" }),
};

export const EVERYBODY = {
  name: "operators",
  list: (filters: AuditFilters, slice: Slice, signal: AbortSignal) =>
    api.GET("/operator/audit-log", { params: { query: { ...filters, ...slice } }, signal }),
  export: (filters: AuditFilters) =>
    api.GET("/operator/audit-log/export", { params: { query: filters }, parseAs: "text" }),
};

export type Plane = typeof OWN_TENANT | typeof EVERYBODY;

export const PlaneContext = createContext<Plane>(OWN_TENANT);

export function usePlane(): Plane {
  return useContext(PlaneContext);
}
