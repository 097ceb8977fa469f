import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { Can } from "@/auth/Can";
import { AddButton } from "@/components/AddButton";
import { AsOf } from "@/components/AsOf";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { Filters, ListPanel } from "@/components/ListPage";
import { MenuItem } from "@/components/Menu";
import { RowMenu } from "@/components/Row";
import { SearchInput } from "@/components/SearchInput";
import { useSearchState } from "@/lib/useSearchState";
import { MetricDialog } from "./MetricDialog";
import { catalogPages, useDeleteMetric, type Metric } from "./queries";
import { catalogText as text, text as common } from "./text";

type Doing = { what: "edit" | "delete"; metric: Metric } | { what: "new" };

export function Catalog(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const query = useInfiniteQuery(catalogPages(q));
  const [doing, setDoing] = useState<Doing>();
  const remove = useDeleteMetric();
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const stop = (): void => setDoing(undefined);
  const clear = q === "" ? undefined : () => change({ q: null });
  const columns = useMemo<ColumnDef<Metric>[]>(
    () => [
      {
        id: "metric",
        header: text.columns.metric,
        cell: ({ row }) => <code className="font-mono text-xs">{row.original.metric}</code>,
      },
      {
        id: "description",
        header: text.columns.description,
        cell: ({ row }) => <span className="text-muted">{row.original.description}</span>,
      },
      { id: "unit", header: text.columns.unit, cell: ({ row }) => row.original.unit },
      {
        id: "range",
        header: text.columns.range,
        meta: { className: "tabular whitespace-nowrap" },
        cell: ({ row: { original: metric } }) => text.range(metric.expected_min, metric.expected_max),
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{common.more}</span>,
        meta: { className: "w-10 py-0 text-right" },
        cell: ({ row: { original: metric } }) => (
          <Can permission="metrics:manage">
            <RowMenu label={common.actions(metric.metric)}>
              <MenuItem onSelect={() => setDoing({ what: "edit", metric })}>{common.edit}</MenuItem>
              <MenuItem danger onSelect={() => setDoing({ what: "delete", metric })}>
                {common.remove}
              </MenuItem>
            </RowMenu>
          </Can>
        ),
      },
    ],
    [],
  );
  const add = (
    <AddButton permission="metrics:manage" onClick={() => setDoing({ what: "new" })}>
      {text.add}
    </AddButton>
  );
  return (
    <>
      <Filters onClear={clear}>
        <SearchInput value={q} onChange={search} label={text.search} />
        <AsOf query={query} />
        {add}
      </Filters>
      <ListPanel query={query} words={text} add={add} onClear={clear}>
        {(metrics) => (
          <DataTable
            label={common.tabs.catalog}
            columns={columns}
            rows={metrics}
            rowId={(metric) => metric.metric_id}
          />
        )}
      </ListPanel>
      {doing?.what === "new" && <MetricDialog metric={undefined} onClose={stop} />}
      {doing?.what === "edit" && <MetricDialog metric={doing.metric} onClose={stop} />}
      {doing?.what === "delete" && (
        <ConfirmDialog
          open
          title={text.removeTitle(doing.metric.metric)}
          description={text.removeDescription}
          confirm={common.remove}
          onClose={stop}
          onConfirm={() => remove.mutateAsync(doing.metric)}
        />
      )}
    </>
  );
}
