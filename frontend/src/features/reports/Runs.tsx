import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Can } from "@/auth/Can";
import { AddButton } from "@/components/AddButton";
import { AsOf } from "@/components/AsOf";
import { LinkFromList } from "@/components/BackLink";
import { DataTable } from "@/components/DataTable";
import { Filters, ListPanel } from "@/components/ListPage";
import { SelectFilter } from "@/components/SelectFilter";
import { Badge } from "@/components/Status";
import { Moment, TimeAgo } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { MakeReportDialog } from "./MakeReportDialog";
import { reportPages, type ReportRun, type ReportStatus } from "./queries";
import { Schedule } from "./Schedule";
import { cadenceWords, statusWords, text } from "./text";

const STATUSES = Object.keys(statusWords) as ReportStatus[];
const TONES = { PENDING: "accent", DONE: "good", FAILED: "bad", CANCELLED: "neutral" } as const;

/** When reports come by mail, and every report that was made. */
export function Runs(): ReactNode {
  const { one, change } = useSearchState();
  const status = STATUSES.find((known) => known === one("status"));
  const query = useInfiniteQuery(reportPages(status));
  const clear = status === undefined ? undefined : () => change({ status: null });
  return (
    <>
      <Schedule />
      <Filters onClear={clear}>
        <SelectFilter
          label={text.status}
          any={text.anyStatus}
          options={STATUSES.map((each) => [each, statusWords[each]])}
          value={status}
          onChange={(value) => change({ status: value })}
        />
        <span className="ml-auto flex items-center gap-2">
          <AsOf query={query} />
          <AddButton permission="reports:make" onClick={() => change({ new: "report" })}>
            {text.add}
          </AddButton>
        </span>
      </Filters>
      <ListPanel query={query} words={text} onClear={clear}>
        {(runs) => <DataTable label={text.title} columns={COLUMNS} rows={runs} rowId={(run) => run.report_id} />}
      </ListPanel>
      {one("new") === "report" && (
        <Can permission="reports:make">
          <MakeReportDialog onClose={() => change({ new: null }, { replace: true })} />
        </Can>
      )}
    </>
  );
}

const COLUMNS: ColumnDef<ReportRun>[] = [
  {
    id: "period",
    header: text.columns.period,
    cell: ({ row: { original: run } }) => (
      <LinkFromList to={`/reports/${run.report_id}`} className="font-medium hover:underline">
        <Moment time={run.period_start} /> – <Moment time={run.period_end} />
      </LinkFromList>
    ),
  },
  {
    id: "cadence",
    header: text.columns.cadence,
    cell: ({ row: { original: run } }) => (run.cadence === null ? text.byHand : cadenceWords[run.cadence]),
  },
  {
    id: "by",
    header: text.columns.by,
    meta: { className: "text-muted" },
    cell: ({ row: { original: run } }) => (run.cadence === null ? run.requested_by : text.bySchedule),
  },
  {
    id: "status",
    header: text.columns.status,
    cell: ({ row: { original: run } }) => (
      <>
        <Badge tone={TONES[run.status]}>{statusWords[run.status]}</Badge>
        {run.recipients.length > 0 && (
          <span className="ml-2 text-xs text-muted" title={run.recipients.join(", ")}>
            {text.sentTo(run.recipients.length)}
          </span>
        )}
        {run.outcome !== null && (
          <span className="block text-xs text-muted">
            {run.outcome}, {text.attempts(run.attempts)}
          </span>
        )}
      </>
    ),
  },
  {
    id: "made",
    header: text.columns.made,
    meta: { className: "text-muted" },
    cell: ({ row }) => <TimeAgo time={row.original.finished_at ?? row.original.created_at} />,
  },
];
