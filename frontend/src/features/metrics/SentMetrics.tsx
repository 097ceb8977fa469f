import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { metricReference } from "@/api/choices";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Filters } from "@/components/ListPage";
import { Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { EmptyState, QueryState } from "@/components/States";
import { TimeAgo } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { MappingDialog } from "./MappingDialog";
import { MetricDialog } from "./MetricDialog";
import { sentText as text, text as common } from "./text";

type RawMetric = Schemas["RawMetric"];

interface Doing {
  what: "describe" | "map";
  metric: string;
}

/** What devices have sent of late, with a short way to describe or map what nobody has yet. */
export function SentMetrics(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const query = useQuery(metricReference);
  const [doing, setDoing] = useState<Doing>();
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const stop = (): void => setDoing(undefined);
  const columns = useMemo<ColumnDef<RawMetric>[]>(
    () => [
      {
        id: "metric",
        header: text.columns.metric,
        cell: ({ row }) => <code className="font-mono text-xs">{row.original.metric}</code>,
      },
      {
        id: "means",
        header: text.columns.means,
        cell: ({ row: { original: raw } }) =>
          raw.normalized_metric === null ? (
            <span className="text-xs text-muted">{text.unmapped}</span>
          ) : (
            <code className="font-mono text-xs">{raw.normalized_metric}</code>
          ),
      },
      {
        id: "seen",
        header: text.columns.seen,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.last_seen_at} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{common.more}</span>,
        meta: { className: "py-1 text-right" },
        cell: ({ row: { original: raw } }) =>
          raw.normalized_metric === null && (
            <Can permission="metrics:manage">
              <span className="inline-flex gap-2">
                <Button size="small" onClick={() => setDoing({ what: "describe", metric: raw.metric })}>
                  {text.describe}
                </Button>
                <Button size="small" onClick={() => setDoing({ what: "map", metric: raw.metric })}>
                  {text.map}
                </Button>
              </span>
            </Can>
          ),
      },
    ],
    [],
  );
  return (
    <>
      <Filters>
        <SearchInput value={q} onChange={search} label={text.search} />
        <span className="ml-auto text-xs text-muted">{text.detail}</span>
        <AsOf query={query} />
      </Filters>
      <Panel flush>
        <QueryState query={query} skeletonRows={8}>
          {({ raw }) => (
            <DataTable
              label={common.tabs.sent}
              columns={columns}
              rows={raw.filter(({ metric }) => metric.toLowerCase().includes(q.toLowerCase()))}
              rowId={({ metric }) => metric}
              empty={
                <EmptyState title={raw.length === 0 ? text.empty : text.emptyFiltered}>
                  {raw.length === 0 ? text.emptyDetail : undefined}
                </EmptyState>
              }
            />
          )}
        </QueryState>
      </Panel>
      {doing?.what === "describe" && <MetricDialog metric={undefined} name={doing.metric} onClose={stop} />}
      {doing?.what === "map" && <MappingDialog mapping={undefined} raw={doing.metric} onClose={stop} />}
    </>
  );
}
