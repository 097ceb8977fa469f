/** Whose users are looked after: a tenant's own by its administrators, or everybody's by operators. */
import { createContext, useContext } from "react";
import { api, ask, ifMatch } from "@/api/client";
import type { Permission, Role, Schemas } from "@/api/types";

type User = Schemas["User"];
type Path = Record<"user_id", string>;

export interface UserQuery {
  q: string | undefined;
  /** Operators' alone. */
  tenant_id?: string | undefined;
  role: Role | undefined;
  status: Schemas["UserStatus"] | undefined;
  sort: Schemas["UserSort"];
  order: "asc" | "desc";
  limit: number;
  cursor: string | undefined;
}

export interface Invitation {
  email: string;
  name: string | null;
  role: Role;
  /** Operators' alone; null of an operator. */
  tenant_id?: string | null;
}

export interface Plane {
  manage: Permission;
  roles: readonly Role[];
  list: (query: UserQuery, signal: AbortSignal) => Promise<Schemas["UserPage"]>;
  sessions: (path: Path, signal: AbortSignal) => Promise<Schemas["SessionList"]>;
  invite: (body: Invitation) => Promise<User>;
  changeRole: (user: User, role: Role) => Promise<User>;
  disable: (user: User) => Promise<unknown>;
  enable: (user: User) => Promise<unknown>;
  delete: (user: User) => Promise<unknown>;
  reset: (user: User) => Promise<unknown>;
  signOut: (user: User) => Promise<unknown>;
  endSession: (user: User, sessionId: string) => Promise<unknown>;
}

const TENANT_ROLES = ["viewer", "customer", "tenant-admin"] as const satisfies readonly Role[];
const OPERATOR_ROLES = ["operator", "operator-admin"] as const satisfies readonly Role[];

const tenantRole = (role: Role | undefined): Schemas["TenantRole"] | undefined =>
  TENANT_ROLES.find((known) => known === role);
const of = (user: User) => ({ params: { path: { user_id: user.user_id } } });
const versionOf = (user: User) => ({
  params: { path: { user_id: user.user_id }, header: ifMatch(user.version) },
});

export const OWN_TENANT: Plane = {
  manage: "users:manage",
  roles: TENANT_ROLES,
  list: ({ q, role, status, sort, order, limit, cursor }, signal) =>
    ask(
      api.GET("/customer/users", {
        params: { query: { q, role: tenantRole(role), status, sort, order, limit, cursor } },
        signal,
      }),
    ),
  sessions: (path, signal) => ask(api.GET("/customer/users/{user_id}/sessions", { params: { path }, signal })),
  invite: ({ email, name, role }) =>
    ask(api.POST("/customer/users", { body: { email, name, role: tenantRole(role) ?? "viewer" } })),
  changeRole: (user, role) =>
    ask(api.PATCH("/customer/users/{user_id}", { ...versionOf(user), body: { role: tenantRole(role) ?? "viewer" } })),
  disable: (user) => ask(api.POST("/customer/users/{user_id}/disable", versionOf(user))),
  enable: (user) => ask(api.POST("/customer/users/{user_id}/enable", versionOf(user))),
  delete: (user) => ask(api.DELETE("/customer/users/{user_id}", versionOf(user))),
  reset: (user) => ask(api.POST("/customer/users/{user_id}/reset-password", of(user))),
  signOut: (user) => ask(api.POST("/customer/users/{user_id}/sign-out", of(user))),
  endSession: (user, sessionId) =>
    ask(
      api.DELETE("/customer/users/{user_id}/sessions/{session_id}", {
        params: { path: { user_id: user.user_id, session_id: sessionId } },
      }),
    ),
};

export const EVERYBODY: Plane = {
  manage: "operator.users:manage",
  roles: [...TENANT_ROLES, ...OPERATOR_ROLES],
  list: (query, signal) => ask(api.GET("/operator/users", { params: { query }, signal })),
  sessions: (path, signal) => ask(api.GET("/operator/users/{user_id}/sessions", { params: { path }, signal })),
  invite: (body) => ask(api.POST("/operator/users", { body })),
  changeRole: (user, role) => ask(api.PATCH("/operator/users/{user_id}", { ...versionOf(user), body: { role } })),
  disable: (user) => ask(api.POST("/operator/users/{user_id}/disable", versionOf(user))),
  enable: (user) => ask(api.POST("/operator/users/{user_id}/enable", versionOf(user))),
  delete: (user) => ask(api.DELETE("/operator/users/{user_id}", versionOf(user))),
  reset: (user) => ask(api.POST("/operator/users/{user_id}/reset-password", of(user))),
  signOut: (user) => ask(api.POST("/operator/users/{user_id}/sign-out", of(user))),
  endSession: (user, sessionId) =>
    ask(
      api.DELETE("/operator/users/{user_id}/sessions/{session_id}", {
        params: { path: { user_id: user.user_id, session_id: sessionId } },
      }),
    ),
};

export const isOperators = (role: Role): boolean => OPERATOR_ROLES.some((known) => known === role);

export const PlaneContext = createContext<Plane>(OWN_TENANT);

export function usePlane(): Plane {
  return useContext(PlaneContext);
}
