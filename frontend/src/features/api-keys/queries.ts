import { api, ask } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Permission, Schemas } from "@/api/types";
import { DAY } from "@/lib/time";

export type ApiKey = Schemas["ApiKey"];
export type NewApiKey = Schemas["NewApiKey"];
export type TenantRole = Schemas["TenantRole"];

export const API_KEYS = "api-keys";
export const ROLES: readonly TenantRole[] = ["viewer", "customer", "tenant-admin"];

/** A key that ends within so many days is pointed out. */
const SOON_DAYS = 14;

export const keyPages = pagesOf([API_KEYS, "list"], (cursor, signal) =>
  ask(api.GET("/customer/api-keys", { params: { query: { limit: 50, cursor } }, signal })),
);

export type KeyState = "live" | "revoked" | "expired" | "soon";

export function stateOf({ revoked_at, expires_at }: Pick<ApiKey, "revoked_at" | "expires_at">, now: number): KeyState {
  if (revoked_at !== null) return "revoked";
  const left = new Date(expires_at).getTime() - now;
  if (left <= 0) return "expired";
  return left <= SOON_DAYS * DAY ? "soon" : "live";
}

/** What keys can be narrowed to, of what the person may themselves: the API refuses what a role lacks. */
export function offeredScopes(permissions: readonly Permission[]): Permission[] {
  const forPeopleAlone = new Set<Permission>(["profile:sign-out", "api-keys:manage", "users:manage"]);
  return permissions.filter((permission) => !forPeopleAlone.has(permission)).sort();
}
