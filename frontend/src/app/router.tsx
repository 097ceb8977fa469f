import { useLayoutEffect, type ReactNode } from "react";
import { createBrowserRouter, Link, Navigate, type RouteObject } from "react-router";
import { usePermission, useProfile } from "@/auth/permissions";
import { Button } from "@/components/Button";
import { EmptyState } from "@/components/States";
import { roleWords } from "@/components/text";
import { titleOf } from "@/components/useTitle";
import { lazily } from "@/lib/lazily";
import type { Page } from "@/routing/page";
import { pages } from "./pages";
import { Shell } from "./Shell";
import { text } from "./text";

/** A page's title and permission, around its content. */
function PageFrame({ page, children }: { page: Page; children: ReactNode }): ReactNode {
  const allowed = usePermission(page.permission);
  const profile = useProfile();
  // Before the page has one of its own: the name of what it is about.
  useLayoutEffect(() => {
    document.title = titleOf(page.title);
  }, [page.title]);
  if (allowed) return children;
  // Operators have no tenant whose overview this would be: they begin at the first page of their own.
  const first = page.path === "" ? pages.find(({ permission }) => profile.permissions.includes(permission)) : undefined;
  if (first !== undefined) return <Navigate to={`/${first.path}`} replace />;
  return (
    <EmptyState isPage title={text.notAllowed} action={<ToStart />}>
      {text.notAllowedDetail(profile.roles.map((role) => roleWords[role]).join(", "), page.path.startsWith("operator"))}
    </EmptyState>
  );
}

function NotFound(): ReactNode {
  return (
    <EmptyState isPage title={text.notFound} action={<ToStart />}>
      {text.notFoundDetail}
    </EmptyState>
  );
}

function ToStart(): ReactNode {
  return (
    <Button asChild>
      <Link to="/">{text.toOverview}</Link>
    </Button>
  );
}

function routeOf(page: Page): RouteObject {
  const Content = lazily(page.load);
  return {
    path: page.path,
    element: (
      <PageFrame page={page}>
        <Content />
      </PageFrame>
    ),
  };
}

export const routes: RouteObject[] = [
  { element: <Shell />, children: [...pages.map(routeOf), { path: "*", element: <NotFound /> }] },
];

export function makeRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter(routes, { basename: import.meta.env.BASE_URL.replace(/\/$/, "") });
}
