import { useCallback } from "react";
import { useSearchParams } from "react-router";

type Change = Record<string, string | readonly string[] | null>;

/** A list page's state, kept in the address alone: a link shows the same, and "back" undoes. */
export function useSearchState(): {
  one: (name: string) => string | undefined;
  many: (name: string) => string[];
  change: (change: Change, options?: { replace?: boolean }) => void;
} {
  const [parameters, setParameters] = useSearchParams();
  const change = useCallback(
    (changes: Change, options?: { replace?: boolean }) => {
      setParameters(
        (previous) => {
          const next = new URLSearchParams(previous);
          for (const [name, value] of Object.entries(changes)) {
            next.delete(name);
            for (const item of value === null ? [] : typeof value === "string" ? [value] : value) {
              if (item !== "") next.append(name, item);
            }
          }
          return next;
        },
        { replace: options?.replace ?? false },
      );
    },
    [setParameters],
  );
  return { one: (name) => parameters.get(name) ?? undefined, many: (name) => parameters.getAll(name), change };
}
