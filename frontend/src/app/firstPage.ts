/** What an address opens is asked for at once: not after the configuration, the session and the profile, one by one. */
import type { QueryClient } from "@tanstack/react-query";
import { matchRoutes, type RouteMatch } from "react-router";
import { currentToken } from "@/api/client";
import { isOfOperators } from "@/auth/claims";
import { profileQuery } from "@/auth/permissions";
import type { Page } from "@/routing/page";
import { pages } from "./pages";

const routes = pages.map((page) => ({ path: page.path, page }));

function pageAt(path: string): { page: Page; parameters: RouteMatch["params"] } | undefined {
  const found = matchRoutes(routes, path, import.meta.env.BASE_URL)?.at(-1);
  return found && { page: found.route.page, parameters: found.params };
}

// What does not come is asked for again, and missed aloud, where it is shown.
const missedLater = (): void => undefined;

/** Ask for the module of the page at a path. */
export function fetchPage(path: string): void {
  pageAt(path)?.page.load().catch(missedLater);
}

/** Ask who is there, and for what the page at an address reads first. */
export function readFirst(queries: QueryClient, { pathname, search }: Pick<URL, "pathname" | "search">): void {
  queries.query(profileQuery).catch(missedLater);
  const found = pageAt(pathname);
  // What is for the others would be refused.
  if (found === undefined || found.page.path.startsWith("operator") !== isOfOperators(currentToken())) return;
  const { page, parameters } = found;
  page.readFirst?.(queries, { search: new URLSearchParams(search), parameters }).catch(missedLater);
}
