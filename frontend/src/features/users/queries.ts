import { queryOptions } from "@tanstack/react-query";
import { pagesOf } from "@/api/paging";
import type { Role, Schemas } from "@/api/types";
import type { Plane } from "./plane";

export type User = Schemas["User"];
export type UserStatus = Schemas["UserStatus"];
export type UserSort = Schemas["UserSort"];

export const STATUSES: readonly UserStatus[] = ["INVITED", "ACTIVE", "DISABLED"];
export const SORTS: readonly UserSort[] = ["email", "name", "created_at", "last_seen_at"];

export const USERS = "users";

export interface UserFilters {
  q: string;
  tenant: string | undefined;
  role: Role | undefined;
  status: UserStatus | undefined;
  sort: UserSort;
  order: "asc" | "desc";
}

export const userPages = (plane: Plane, { q, tenant, role, status, sort, order }: UserFilters) =>
  pagesOf([USERS, "list", plane.manage, { q, tenant, role, status, sort, order }], (cursor, signal) =>
    plane.list(
      { q: q === "" ? undefined : q, tenant_id: tenant, role, status, sort, order, limit: 50, cursor },
      signal,
    ),
  );

export const sessionsOf = (plane: Plane, userId: string) =>
  queryOptions({
    queryKey: [USERS, "sessions", userId],
    queryFn: ({ signal }) => plane.sessions({ user_id: userId }, signal),
  });
