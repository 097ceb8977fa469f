import { flexRender, getCoreRowModel, useReactTable, type ColumnDef, type RowData } from "@tanstack/react-table";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef, type KeyboardEvent, type ReactNode } from "react";
import { classes } from "@/lib/classes";
import { openRow, stepRow, useRowKeys } from "./useRowKeys";

declare module "@tanstack/react-table" {
  // The parameters have to be those of the library's declaration.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData extends RowData, TValue> {
    /** What the API calls the column in `sort`; without it the column can't be sorted by. */
    sort?: string;
    className?: string;
    /** What a row is known by: on a phone it comes first, over the whole width, and small facts follow it. */
    main?: boolean;
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

// On a phone a row is a block of its cells, each under its column's title, and of the heads stay those that do something.
const PHONE_HEAD = "max-sm:flex max-sm:flex-wrap max-sm:items-center";
const PHONE_ROW =
  "max-sm:flex max-sm:flex-wrap max-sm:items-start max-sm:gap-x-5 max-sm:gap-y-2 max-sm:px-3 max-sm:py-2.5";
const PHONE_CELL = "max-sm:block max-sm:w-auto max-sm:max-w-full max-sm:min-w-0 max-sm:p-0 max-sm:text-left";
const PHONE_TITLED =
  "max-sm:order-1 max-sm:wrap-anywhere max-sm:before:block max-sm:before:text-xs max-sm:before:text-muted " +
  "max-sm:before:content-[attr(data-title)]";
// Two in a line, unless one is known by its main cell: then as many small facts as fit.
const PHONE_HALF = "max-sm:grow max-sm:basis-[40%]";
// Beside a box to select it by, and nothing else.
const PHONE_MAIN = "max-sm:flex-1 max-sm:basis-4/5 max-sm:wrap-anywhere";
// What can be done with a row is at its end.
const PHONE_ACTIONS = "max-sm:last:order-1 max-sm:last:ml-auto";

/** A dense table. Sorting is the server's: a click on a head asks for it. j and k go through its rows, Enter opens one. */
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
  const element = useRef<HTMLTableElement>(null);
  useRowKeys(element, (step) => {
    if (element.current !== null) stepRow(element.current, step);
  });
  // TanStack Table keeps its own state; React's compiler is told so by its plugin.
  // eslint-disable-next-line react-hooks/incompatible-library
  const table = useReactTable({
    data: rows as Row[],
    columns,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
  });
  const hasMain = columns.some(({ meta }) => meta?.main === true);
  if (rows.length === 0 && empty !== undefined) return empty;
  return (
    <div className="overflow-x-auto">
      <table ref={element} data-rows="" className="w-full border-collapse text-sm max-sm:block">
        <caption className="sr-only">{label}</caption>
        <thead className="max-sm:block">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className={classes("border-b text-left text-xs text-muted", PHONE_HEAD)}>
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
                      "px-3 py-2 font-medium whitespace-nowrap max-sm:w-auto",
                      (name === undefined || !onSort) &&
                        typeof header.column.columnDef.header === "string" &&
                        "max-sm:hidden",
                      header.column.columnDef.meta?.className,
                    )}
                  >
                    {name !== undefined && onSort ? (
                      <button
                        type="button"
                        className="inline-flex items-center gap-1 hover:text-ink max-sm:min-h-6"
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
            <tbody key={row.id} className="border-b last:border-b-0 max-sm:block">
              <tr
                data-row=""
                tabIndex={-1}
                className={classes("-outline-offset-2 hover:bg-raised/60", PHONE_ROW)}
                onKeyDown={onRowKey}
              >
                {row.getVisibleCells().map((cell) => {
                  const { header: title, meta, cell: content } = cell.column.columnDef;
                  const isMain = meta?.main === true;
                  const isTitled = typeof title === "string" && !isMain;
                  return (
                    <td
                      key={cell.id}
                      data-title={isTitled ? title : undefined}
                      className={classes(
                        "px-3 py-2 align-middle",
                        meta?.className,
                        PHONE_CELL,
                        isMain ? PHONE_MAIN : isTitled ? PHONE_TITLED : PHONE_ACTIONS,
                        isTitled && !hasMain && PHONE_HALF,
                      )}
                    >
                      {flexRender(content, cell.getContext())}
                    </td>
                  );
                })}
              </tr>
              {detail !== null && (
                <tr className="max-sm:block">
                  <td colSpan={row.getVisibleCells().length} className="bg-raised/40 px-3 py-3 max-sm:block">
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

/** Enter is the row's own only while the row has the focus, not a button in it. */
function onRowKey(event: KeyboardEvent<HTMLTableRowElement>): void {
  if (event.key !== "Enter" || event.target !== event.currentTarget) return;
  event.preventDefault();
  openRow(event.currentTarget);
}
