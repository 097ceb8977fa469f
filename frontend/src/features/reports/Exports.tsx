import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { AddButton } from "@/components/AddButton";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Filters, ListPanel } from "@/components/ListPage";
import { StackedBar } from "@/components/Meter";
import { SelectFilter } from "@/components/SelectFilter";
import { Badge } from "@/components/Status";
import { Moment, TimeAgo } from "@/components/Time";
import { useNow } from "@/lib/now";
import { byteSize, percent } from "@/lib/numbers";
import { MINUTE } from "@/lib/time";
import { useSearchState } from "@/lib/useSearchState";
import { ExportDialog } from "./ExportDialog";
import {
  exportPages,
  isOpen,
  useCancel,
  useDownload,
  type Dataset,
  type Export,
  type ExportStatus,
} from "./exportQueries";
import { datasetWords, exportStatusWords, exportText as text } from "./exportText";

const DATASETS = Object.keys(datasetWords) as Dataset[];
const STATUSES = Object.keys(exportStatusWords) as ExportStatus[];
const TONES = { PENDING: "neutral", RUNNING: "accent", DONE: "good", FAILED: "bad", CANCELLED: "neutral" } as const;

function nameOf({ dataset, format }: Export): string {
  return text.format(datasetWords[dataset], format);
}

/** Data as files: those that were made, those that are, and new ones. */
export function Exports(): ReactNode {
  const { one, change } = useSearchState();
  const mayMake = usePermission("exports:make");
  const dataset = DATASETS.find((known) => known === one("dataset"));
  const status = STATUSES.find((known) => known === one("status"));
  const query = useInfiniteQuery(exportPages({ dataset, status }));
  const { mutate: download } = useDownload();
  const { mutate: cancel } = useCancel();
  const now = useNow(MINUTE);
  const columns = useMemo<ColumnDef<Export>[]>(
    () => [
      {
        id: "what",
        header: text.columns.what,
        cell: ({ row: { original } }) => (
          <>
            <span className="font-medium">{nameOf(original)}</span>
            <Narrowing wish={original} />
          </>
        ),
      },
      {
        id: "status",
        header: text.columns.status,
        meta: { className: "w-56" },
        cell: ({ row }) => <State of={row.original} />,
      },
      {
        id: "size",
        header: text.columns.size,
        meta: { className: "tabular text-muted" },
        cell: ({ row: { original } }) => (
          <>
            {text.rows(original.row_count)}
            <span className="block text-xs">{byteSize(original.byte_count)}</span>
          </>
        ),
      },
      {
        id: "by",
        header: text.columns.by,
        meta: { className: "text-muted" },
        cell: ({ row: { original } }) => (
          <>
            <TimeAgo time={original.created_at} />
            <span className="block text-xs">{original.requested_by}</span>
          </>
        ),
      },
      {
        id: "expires",
        header: text.columns.expires,
        meta: { className: "text-muted" },
        cell: ({ row: { original } }) => !original.at_once && <Moment time={original.expires_at} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.columns.actions}</span>,
        meta: { className: "text-right" },
        cell: ({ row: { original } }) => {
          if (isOpen(original)) {
            return (
              mayMake && (
                <Button size="small" aria-label={text.cancelOf(nameOf(original))} onClick={() => cancel(original)}>
                  {text.cancel}
                </Button>
              )
            );
          }
          if (original.status !== "DONE") return null;
          return original.expires_at !== null && new Date(original.expires_at).getTime() > now ? (
            <Button size="small" aria-label={text.downloadOf(nameOf(original))} onClick={() => download(original)}>
              {text.download}
            </Button>
          ) : (
            <span className="text-xs text-muted">{original.at_once ? text.handedOverAtOnce : text.gone}</span>
          );
        },
      },
    ],
    [cancel, download, mayMake, now],
  );
  const clear =
    dataset === undefined && status === undefined ? undefined : () => change({ dataset: null, status: null });
  const add = (
    <AddButton permission="exports:make" onClick={() => change({ new: "export" })}>
      {text.add}
    </AddButton>
  );
  return (
    <>
      <Filters onClear={clear}>
        <SelectFilter
          label={text.dataset}
          any={text.anyDataset}
          options={DATASETS.map((each) => [each, datasetWords[each]])}
          value={dataset}
          onChange={(value) => change({ dataset: value })}
        />
        <SelectFilter
          label={text.status}
          any={text.anyStatus}
          options={STATUSES.map((each) => [each, exportStatusWords[each]])}
          value={status}
          onChange={(value) => change({ status: value })}
        />
        <span className="ml-auto flex items-center gap-2">
          <AsOf query={query} />
          {add}
        </span>
      </Filters>
      <ListPanel query={query} words={text} onClear={clear}>
        {(exports) => <DataTable label={text.title} columns={columns} rows={exports} rowId={(one) => one.export_id} />}
      </ListPanel>
      {one("new") === "export" && mayMake && <ExportDialog onClose={() => change({ new: null }, { replace: true })} />}
    </>
  );
}

function Narrowing({ wish }: { wish: Export }): ReactNode {
  const words = [
    wish.site_id !== null && text.site(wish.site_id),
    wish.device_id !== null && text.device(wish.device_id),
    ...Object.entries(wish.tags).map(([tag, value]) => text.tagged(tag, value)),
    wish.group_id !== null && text.ofGroup,
    wish.dataset_status,
  ].filter((word) => typeof word === "string");
  return (
    <span className="block text-xs text-muted">
      {wish.period_start !== null && (
        <>
          <Moment time={wish.period_start} /> – <Moment time={wish.period_end} />
        </>
      )}{" "}
      {words.join(", ")}
    </span>
  );
}

function State({ of }: { of: Export }): ReactNode {
  const told = text.progress(percent(Math.floor(100 * of.progress)));
  return (
    <div className="grid gap-1">
      <span>
        <Badge tone={TONES[of.status]}>{exportStatusWords[of.status]}</Badge>
        {isOpen(of) && <span className="tabular ml-2 text-xs text-muted">{told}</span>}
      </span>
      {isOpen(of) && (
        <StackedBar
          label={told}
          parts={[
            { name: "done", value: of.progress, colour: "var(--accent)" },
            { name: "left", value: 1 - of.progress, colour: "var(--raised)" },
          ]}
        />
      )}
      {of.outcome !== null && <span className="text-xs text-muted">{of.outcome}</span>}
    </div>
  );
}
