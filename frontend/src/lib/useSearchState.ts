import { useCallback, useEffect } from "react";
import { NavigationType, type Location, useLocation, useNavigationType, useSearchParams } from "react-router";

type Change = Record<string, string | readonly string[] | null>;

/**
 * What was changed last and is not shown yet. Navigations are transitions: a second change that comes before the first
 * one is rendered, from wherever on the page, would else begin at what is shown and lose the first.
 */
let underWay: { pathname: string; search: string } | null = null;

/** A list page's state, kept in the address alone: a link shows the same, and "back" undoes. */
export function useSearchState(): {
  parameters: URLSearchParams;
  one: (name: string) => string | undefined;
  many: (name: string) => string[];
  change: (change: Change, options?: { replace?: boolean }) => void;
} {
  const [parameters, setParameters] = useSearchParams();
  const { pathname, search, state } = useLocation() as Location<unknown>;
  const isBack = useNavigationType() === NavigationType.Pop;
  useEffect(() => {
    const hasArrived = underWay?.search === search.slice(1);
    if (hasArrived || isBack || underWay?.pathname !== pathname) underWay = null;
  }, [pathname, search, isBack]);
  const change = useCallback(
    (changes: Change, options?: { replace?: boolean }) => {
      const shown = search.slice(1);
      const next = new URLSearchParams(underWay?.pathname === pathname ? underWay.search : shown);
      for (const [name, value] of Object.entries(changes)) {
        next.delete(name);
        for (const item of value === null ? [] : typeof value === "string" ? [value] : value) {
          if (item !== "") next.append(name, item);
        }
      }
      underWay = { pathname, search: next.toString() };
      // It is the same page still: what it remembers of where somebody came from stays.
      setParameters(next, { replace: options?.replace ?? false, state });
    },
    [pathname, search, state, setParameters],
  );
  return {
    parameters,
    one: (name) => parameters.get(name) ?? undefined,
    many: (name) => parameters.getAll(name),
    change,
  };
}
