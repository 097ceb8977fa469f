import { flexRender, getCoreRowModel, useReactTable, type ColumnDef, type RowData } from "@tanstack/react-table";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";

declare module "@tanstack/react-table" {
  // The parameters have to be those of the library's declaration.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData extends RowData, TValue> {
    /** What the API calls the column in `sort`; without it the column can't be sorted by. */
    sort?: string;
    className?: string;
  }
}

export interface Sorting {
  sort: string;
  order: "asc" | "desc";
}

interface DataTableProps<Row> {
  /** For screen readers: what these rows are. */
  label: string;
  columns: ColumnDef<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  /** What is shown under a row, such as its details; null for nothing. */
  below?: (row: Row) => ReactNode;
  empty?: ReactNode;
}

/** A dense table. Sorting is the server's: a click on a head asks for it. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowId,
  sorting,
  onSort,
  below,
  empty,
}: DataTableProps<Row>): ReactNode {
  // TanStack Table keeps its own state; React's compiler is told so by its plugin.
  // eslint-disable-next-line react-hooks/incompatible-library
  const table = useReactTable({
    data: rows as Row[],
    columns,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
  });
  if (rows.length === 0 && empty !== undefined) return empty;
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-b text-left text-xs text-muted">
              {group.headers.map((header) => {
                const name = header.column.columnDef.meta?.sort;
                const sorted = name !== undefined && sorting?.sort === name ? sorting.order : undefined;
                const content = flexRender(header.column.columnDef.header, header.getContext());
                return (
                  <th
                    key={header.id}
                    scope="col"
                    aria-sort={sorted === undefined ? undefined : sorted === "asc" ? "ascending" : "descending"}
                    className={classes(
                      "px-3 py-2 font-medium whitespace-nowrap",
                      header.column.columnDef.meta?.className,
                    )}
                  >
                    {name !== undefined && onSort ? (
                      <button
                        type="button"
                        className="inline-flex items-center gap-1 hover:text-ink"
                        onClick={() => onSort({ sort: name, order: sorted === "desc" ? "asc" : "desc" })}
                      >
                        {content}
                        {sorted === "asc" && <ArrowUp aria-hidden className="size-3" />}
                        {sorted === "desc" && <ArrowDown aria-hidden className="size-3" />}
                      </button>
                    ) : (
                      content
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        {table.getRowModel().rows.map((row) => {
          const detail = below?.(row.original) ?? null;
          return (
            <tbody key={row.id} className="border-b last:border-b-0">
              <tr className="hover:bg-raised/60">
                {row.getVisibleCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={classes("px-3 py-2 align-middle", cell.column.columnDef.meta?.className)}
                  >
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                ))}
              </tr>
              {detail !== null && (
                <tr>
                  <td colSpan={row.getVisibleCells().length} className="bg-raised/40 px-3 py-3">
                    {detail}
                  </td>
                </tr>
              )}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}
