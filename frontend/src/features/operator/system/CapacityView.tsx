import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { DataTable } from "@/components/DataTable";
import { StackedBar } from "@/components/Meter";
import { Facts, Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { byteSize, count, percent } from "@/lib/numbers";
import { capacity, type Capacity } from "./queries";
import { text } from "./text";

/** Shares of the connections from which on somebody should look, and act. */
const FILLING = 0.8;
const FULL = 0.95;
const NUMBER = { className: "tabular text-right" };

export function CapacityView(): ReactNode {
  const query = useQuery(capacity);
  return (
    <QueryState query={query} skeletonRows={8}>
      {(read) => (
        <div className="space-y-4">
          <div className="grid items-start gap-4 xl:grid-cols-2">
            <Panel title={text.database} aside={<AsOf query={query} />}>
              <Database capacity={read} />
            </Panel>
            <Panel title={text.tables} flush>
              <DataTable
                label={text.tables}
                columns={tableColumns(read.database_size_bytes)}
                rows={read.largest_tables}
                rowId={(table) => table.table_name}
              />
            </Panel>
          </div>
          <Panel title={text.costly} flush>
            <DataTable
              label={text.costly}
              columns={STATEMENT_COLUMNS}
              rows={read.costly_statements}
              rowId={(statement) => statement.statement}
              empty={<p className="p-3 text-sm text-muted">{text.costlyEmpty}</p>}
            />
          </Panel>
        </div>
      )}
    </QueryState>
  );
}

function Database({ capacity: read }: { capacity: Capacity }): ReactNode {
  const { database_connections: taken, database_connections_limit: limit } = read;
  const share = limit === 0 ? 0 : taken / limit;
  const colour = share > FULL ? "var(--offline)" : share > FILLING ? "var(--stale)" : "var(--accent)";
  return (
    <div className="space-y-3">
      <div className="space-y-1 text-sm">
        <p>
          {text.connections}: {text.connectionsOf(taken, limit, percent(Math.round(1000 * share) / 10))}
        </p>
        <StackedBar
          label=""
          parts={[
            { name: "taken", value: taken, colour },
            { name: "free", value: Math.max(0, limit - taken), colour: "transparent" },
          ]}
        />
        {share > FILLING && (
          <p className={share > FULL ? "text-offline" : "text-stale"}>{share > FULL ? text.full : text.filling}</p>
        )}
      </div>
      <Facts
        facts={[
          [text.size, byteSize(read.database_size_bytes)],
          [text.slow, text.statements(read.slow_statements)],
        ]}
      />
    </div>
  );
}

function tableColumns(all: number): ColumnDef<Schemas["TableSize"]>[] {
  return [
    {
      id: "table",
      header: text.tableColumns.table,
      cell: ({ row }) => <code className="text-xs">{row.original.table_name}</code>,
    },
    {
      id: "size",
      header: text.tableColumns.size,
      meta: NUMBER,
      cell: ({ row }) => byteSize(row.original.size_bytes),
    },
    {
      id: "share",
      header: text.tableColumns.share,
      meta: NUMBER,
      cell: ({ row }) => percent(all === 0 ? null : Math.round((1000 * row.original.size_bytes) / all) / 10),
    },
  ];
}

const STATEMENT_COLUMNS: ColumnDef<Schemas["CostlyStatement"]>[] = [
  {
    id: "statement",
    header: text.costlyColumns.statement,
    cell: ({ row: { original } }) => (
      <code className="line-clamp-2 max-w-3xl text-xs break-words" title={original.statement}>
        {original.statement}
      </code>
    ),
  },
  { id: "calls", header: text.costlyColumns.calls, meta: NUMBER, cell: ({ row }) => count(row.original.calls) },
  {
    id: "mean",
    header: text.costlyColumns.mean,
    meta: NUMBER,
    cell: ({ row }) => text.milliseconds(row.original.mean_milliseconds),
  },
  {
    id: "total",
    header: text.costlyColumns.total,
    meta: NUMBER,
    cell: ({ row }) => text.milliseconds(row.original.total_milliseconds),
  },
  { id: "rows", header: text.costlyColumns.rows, meta: NUMBER, cell: ({ row }) => count(row.original.rows_returned) },
];
