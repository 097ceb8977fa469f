/** A page as the shell would show it, to somebody with a role. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, type RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { keys } from "@/api/queries";
import type { Permission, Profile, Role } from "@/api/types";
import { Toaster } from "@/components/Toaster";

const READ: Permission[] = [
  "devices:read",
  "credentials:read",
  "telemetry:read",
  "metrics:read",
  "sites:read",
  "alerts:read",
  "alert-rules:read",
  "escalation-policies:read",
  "oncall:read",
  "maintenance:read",
];
const WORK: Permission[] = [
  ...READ,
  "devices:manage",
  "commands:send",
  "credentials:manage",
  "sites:manage",
  "alerts:handle",
  "notifications:read",
  "oncall:cover",
  "maintenance:manage",
];
const ADMINISTER: Permission[] = [
  ...WORK,
  "metrics:manage",
  "alert-rules:manage",
  "notifications:manage",
  "escalation-policies:manage",
  "oncall:manage",
  "users:read",
  "users:manage",
  "api-keys:read",
  "api-keys:manage",
  "audit-log:read",
];
const PERMISSIONS: Partial<Record<Role, Permission[]>> = { viewer: READ, customer: WORK, "tenant-admin": ADMINISTER };

export function makeProfile(role: Role = "tenant-admin"): Profile {
  return {
    user_id: "user-1",
    email: `${role}@acme.example`,
    tenant_id: "acme",
    roles: [role],
    scopes: null,
    permissions: PERMISSIONS[role] ?? [],
    session_id: "session-1",
  };
}

interface Options {
  role?: Role;
  /** Where the page is, with its search. */
  address?: string;
  /** The page's own path, if it has parameters. */
  path?: string;
}

/** Render an element at an address. Failed reads are not tried again. */
export function renderPage(
  element: ReactNode,
  { role = "tenant-admin", address = "/", path = "*" }: Options = {},
): RenderResult & {
  router: ReturnType<typeof createMemoryRouter>;
  queries: QueryClient;
} {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  queries.setQueryData(keys.profile, makeProfile(role));
  const router = createMemoryRouter(
    [
      { path, element },
      { path: "*", element: null },
    ],
    { initialEntries: [address] },
  );
  const result = render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
      <Toaster />
    </QueryClientProvider>,
  );
  return { ...result, router, queries };
}
