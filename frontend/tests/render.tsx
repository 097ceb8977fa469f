/** A page as the shell would show it, to somebody with a role. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, type RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";
import { createMemoryRouter, RouterProvider, type RouteObject } from "react-router";
import { keys } from "@/api/queries";
import type { Permission, Profile, Role } from "@/api/types";
import { SessionContext } from "@/auth/permissions";
import type { Session } from "@/auth/session";
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
  "reports:read",
  "reports:make",
  "exports:read",
  "exports:make",
  "subscriptions:read",
  "tenant:read",
  "addons:read",
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
  "reports:manage",
  "subscriptions:manage",
  "tenant:manage",
  "addons:manage",
];
const OPERATE: Permission[] = [
  "operator.tenants:read",
  "operator.users:read",
  "operator.quarantine:read",
  "operator.subscriptions:read",
  "operator.subscriptions:manage",
  "operator.noc:read",
  "operator.system:read",
  "operator.devices:read",
  "operator.alerts:read",
  "operator.usage:read",
  "operator.queues:read",
  "operator.keys:read",
  "operator.settings:read",
];
const OPERATE_ALL: Permission[] = [
  ...OPERATE,
  "operator.tenants:manage",
  "operator.users:manage",
  "operator.audit-log:read",
  "operator.usage:manage",
  "operator.queues:manage",
  "operator.keys:manage",
  "operator.settings:manage",
];
const PERMISSIONS: Record<Role, Permission[]> = {
  viewer: READ,
  customer: WORK,
  "tenant-admin": ADMINISTER,
  operator: OPERATE,
  "operator-admin": OPERATE_ALL,
};

export function makeProfile(role: Role = "tenant-admin"): Profile {
  return {
    user_id: "user-1",
    email: `${role}@acme.example`,
    tenant_id: role.startsWith("operator") ? null : "acme",
    roles: [role],
    scopes: null,
    permissions: PERMISSIONS[role],
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

/** Signing out is nothing that a test of a page does. */
const NO_SESSION = { signOut: () => Promise.resolve() } as unknown as Session;

function queriesOf(role: Role): QueryClient {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  queries.setQueryData(keys.profile, makeProfile(role));
  return queries;
}

/** The whole application as the shell shows it to a role. */
export function renderRoutes(routes: RouteObject[], role: Role, address = "/"): ReturnType<typeof createMemoryRouter> {
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  render(
    <SessionContext value={NO_SESSION}>
      <QueryClientProvider client={queriesOf(role)}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </SessionContext>,
  );
  return router;
}

/** Render an element at an address. Failed reads are not tried again. */
export function renderPage(
  element: ReactNode,
  { role = "tenant-admin", address = "/", path = "*" }: Options = {},
): RenderResult & {
  router: ReturnType<typeof createMemoryRouter>;
  queries: QueryClient;
  /** As somebody does who goes to another page for a moment. */
  leaveAndReturn: () => Promise<void>;
} {
  const queries = queriesOf(role);
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
  const leaveAndReturn = async (): Promise<void> => {
    await act(() => router.navigate("/elsewhere/and/further"));
    // What goes with the page goes a moment later.
    await act(() => new Promise((done) => setTimeout(done, 1)));
    await act(() => router.navigate(-1));
  };
  return { ...result, router, queries, leaveAndReturn };
}
