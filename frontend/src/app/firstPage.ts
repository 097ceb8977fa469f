/** What an address opens is asked for at once: not after the configuration, the session and the profile, one by one. */
import type { QueryClient } from "@tanstack/react-query";
import { matchRoutes } from "react-router";
import { currentToken } from "@/api/client";
import { isOfOperators } from "@/auth/claims";
import type { Page } from "@/routing/page";
import { pages } from "./pages";

const routes = pages.map((page) => ({ path: page.path, page }));

function pageAt(path: string): Page | undefined {
  return matchRoutes(routes, path, import.meta.env.BASE_URL)?.at(-1)?.route.page;
}

// A module that does not come is asked for again, and missed aloud, where its page is shown.
const missedLater = (): void => undefined;

/** Ask for the module of the page at a path. */
export function fetchPage(path: string): void {
  pageAt(path)?.load().catch(missedLater);
}

/** Ask for what the page at an address reads first. */
export function readFirst(queries: QueryClient, { pathname, search }: Pick<URL, "pathname" | "search">): void {
  const page = pageAt(pathname);
  // What is for the others would be refused.
  if (page === undefined || page.path.startsWith("operator") !== isOfOperators(currentToken())) return;
  page
    .load()
    .then((module) => module.readFirst?.(queries, new URLSearchParams(search)))
    .catch(missedLater);
}
