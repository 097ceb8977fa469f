import type { Sorting } from "@/components/DataTable";
import { useSortChoice } from "./useSortChoice";

type Value = string | number | null;

/** How a list is sorted that comes whole: by what its columns say of a row, kept in the address. */
export function useSorting<Row>(
  values: Readonly<Record<string, (row: Row) => Value>>,
  usual: Sorting,
): { sorting: Sorting; onSort: (sorting: Sorting) => void; sorted: (rows: readonly Row[]) => Row[] } {
  const { sorting, onSort } = useSortChoice(Object.keys(values), usual);
  const sorted = (rows: readonly Row[]): Row[] => {
    const value = values[sorting.sort];
    if (value === undefined) return [...rows];
    const turn = sorting.order === "asc" ? 1 : -1;
    return rows.toSorted((one, other) => turn * compare(value(one), value(other)));
  };
  return { sorting, onSort, sorted };
}

/** What is not known is less than everything. */
function compare(one: Value, other: Value): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  return typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other));
}
