import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";

export type User = Schemas["User"];
export type TenantRole = Schemas["TenantRole"];
export type UserStatus = Schemas["UserStatus"];
export type UserSort = Schemas["UserSort"];

export const ROLES: readonly TenantRole[] = ["viewer", "customer", "tenant-admin"];
export const STATUSES: readonly UserStatus[] = ["INVITED", "ACTIVE", "DISABLED"];
export const SORTS: readonly UserSort[] = ["email", "name", "created_at", "last_seen_at"];

export const USERS = "users";

export interface UserFilters {
  q: string;
  role: TenantRole | undefined;
  status: UserStatus | undefined;
  sort: UserSort;
  order: "asc" | "desc";
}

export const userPages = ({ q, role, status, sort, order }: UserFilters) =>
  pagesOf([USERS, "list", { q, role, status, sort, order }], (cursor, signal) =>
    ask(
      api.GET("/customer/users", {
        params: { query: { q: q === "" ? undefined : q, role, status, sort, order, limit: 50, cursor } },
        signal,
      }),
    ),
  );

export const sessionsOf = (userId: string) =>
  queryOptions({
    queryKey: [USERS, "sessions", userId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/users/{user_id}/sessions", { params: { path: { user_id: userId } }, signal })),
  });
