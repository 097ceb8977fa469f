import { useCallback } from "react";
import type { Sorting } from "@/components/DataTable";
import { useSearchState } from "@/lib/useSearchState";

export interface SortChoice<Sort extends string> extends Sorting {
  sort: Sort;
}

/** What a list is sorted by, kept in the address; the usual when that says nothing that the list knows. */
export function useSortChoice<Sort extends string>(
  sorts: readonly Sort[],
  usual: SortChoice<Sort>,
): { sorting: SortChoice<Sort>; onSort: (sorting: Sorting) => void } {
  const { one, change } = useSearchState();
  const sort = sorts.find((known) => known === one("sort"));
  const onSort = useCallback(({ sort, order }: Sorting) => change({ sort, order }, { replace: true }), [change]);
  if (sort === undefined) return { sorting: usual, onSort };
  return { sorting: { sort, order: one("order") === "asc" ? "asc" : "desc" }, onSort };
}
