import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { ChevronRight } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { Link } from "react-router";
import { allChannels } from "@/api/choices";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button, IconButton } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Filters, ListPanel } from "@/components/ListPage";
import { SelectFilter } from "@/components/SelectFilter";
import { SeverityLabel } from "@/components/Severity";
import { QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { Moment, TimeAgo } from "@/components/Time";
import { classes } from "@/lib/classes";
import { useSearchState } from "@/lib/useSearchState";
import { ALL_KINDS, deliveryPages, oneDelivery, useReplayJob, type Job } from "./queries";
import { deliveryText as text, eventWords, jobStatusWords, kindWords, text as common } from "./text";

type Status = Schemas["JobStatus"];
type Event = Schemas["NoticeEvent"];

const STATUSES = Object.keys(jobStatusWords) as Status[];
const EVENTS = Object.keys(eventWords) as Event[];
const TONES: Record<Status, "neutral" | "good" | "warn" | "bad" | "accent"> = {
  PENDING: "accent",
  SENT: "good",
  FAILED: "bad",
  CANCELLED: "neutral",
  THROTTLED: "warn",
};

export function Deliveries(): ReactNode {
  const { one, change } = useSearchState();
  const filters = {
    status: STATUSES.find((known) => known === one("status")),
    event: EVENTS.find((known) => known === one("event")),
    kind: ALL_KINDS.find((known) => known === one("kind")),
    channel: one("channel"),
  };
  const expanded = one("delivery");
  const query = useInfiniteQuery(deliveryPages(filters));
  const channels = useQuery(allChannels);
  const clear = Object.values(filters).some((value) => value !== undefined)
    ? () => change({ status: null, event: null, kind: null, channel: null })
    : undefined;
  const columns = useMemo<ColumnDef<Job>[]>(() => {
    const nameOf = (job: Job): string =>
      channels.data?.find((channel) => channel.channel_id === job.channel_id)?.name ?? job.target.replace("email:", "");
    return [
      {
        id: "created",
        header: text.columns.created,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.created_at} />,
      },
      {
        id: "target",
        header: text.columns.target,
        cell: ({ row: { original: job } }) => {
          const isOpen = job.job_id === expanded;
          return (
            <span className="flex items-center gap-1">
              <IconButton
                label={text.details(nameOf(job))}
                size="small"
                className="-ml-2 w-6"
                aria-expanded={isOpen}
                onClick={() => change({ delivery: isOpen ? null : job.job_id }, { replace: true })}
              >
                <ChevronRight aria-hidden className={classes("size-4 transition-transform", isOpen && "rotate-90")} />
              </IconButton>
              <span>{nameOf(job)}</span>
              <span className="text-xs text-muted">{kindWords[job.kind]}</span>
            </span>
          );
        },
      },
      {
        id: "alert",
        header: text.columns.alert,
        meta: { className: "max-w-80" },
        cell: ({ row: { original: job } }) => <About job={job} />,
      },
      {
        id: "event",
        header: text.columns.event,
        cell: ({ row: { original: job } }) =>
          [eventWords[job.event], job.level === null ? "" : text.level(job.level)].filter(Boolean).join(", "),
      },
      {
        id: "reason",
        header: text.columns.reason,
        cell: ({ row }) => <span className="text-xs text-muted">{row.original.reason}</span>,
      },
      {
        id: "status",
        header: text.columns.status,
        cell: ({ row: { original: job } }) => <Badge tone={TONES[job.status]}>{jobStatusWords[job.status]}</Badge>,
      },
      {
        id: "attempts",
        header: text.columns.attempts,
        meta: { className: "tabular" },
        cell: ({ row }) => row.original.attempts,
      },
      {
        id: "outcome",
        header: text.columns.outcome,
        cell: ({ row }) => <span className="text-xs text-muted">{row.original.outcome}</span>,
      },
    ];
  }, [channels.data, expanded, change]);
  return (
    <>
      <Filters onClear={clear}>
        <SelectFilter
          label={text.status}
          any={text.anyOf(text.status)}
          options={STATUSES.map((each) => [each, jobStatusWords[each]])}
          value={filters.status}
          onChange={(status) => change({ status })}
        />
        <SelectFilter
          label={text.event}
          any={text.anyOf(text.event)}
          options={EVENTS.map((each) => [each, eventWords[each]])}
          value={filters.event}
          onChange={(event) => change({ event })}
        />
        <SelectFilter
          label={text.kind}
          any={text.anyOf(text.kind)}
          options={ALL_KINDS.map((each) => [each, kindWords[each]])}
          value={filters.kind}
          onChange={(kind) => change({ kind })}
        />
        <SelectFilter
          label={text.channel}
          any={text.anyChannel}
          options={(channels.data ?? []).map(({ channel_id, name }) => [channel_id, name])}
          value={filters.channel}
          onChange={(channel) => change({ channel })}
        />
        <span className="ml-auto">
          <AsOf query={query} />
        </span>
      </Filters>
      <ListPanel query={query} words={text} onClear={clear}>
        {(jobs) => (
          <DataTable
            label={common.tabs.deliveries}
            columns={columns}
            rows={jobs}
            rowId={(job) => job.job_id}
            below={(job) => (job.job_id === expanded ? <Attempts jobId={job.job_id} /> : null)}
          />
        )}
      </ListPanel>
    </>
  );
}

/** Of a link that has another one above or below it: a finger hits one of them. */
const APART = "max-sm:leading-6 pointer-coarse:leading-6";

/** The alert and the device that a message is about; a test is about none. */
function About({ job }: { job: Job }): ReactNode {
  if (job.alert === null) return <span className="text-muted">–</span>;
  const { summary, severity, device_id, device_name } = job.alert;
  return (
    <span className="block min-w-0">
      <span className="flex items-center gap-2">
        <SeverityLabel severity={severity} />
        <Link to={`/alerts?status=ALL&alert=${job.alert_id}`} className={classes("truncate hover:underline", APART)}>
          {summary}
        </Link>
      </span>
      {device_id !== null && (
        <Link
          to={`/devices/${device_id}`}
          className={classes("block truncate text-xs text-muted hover:underline", APART)}
        >
          {[device_name, device_id].filter(Boolean).join(" · ")}
        </Link>
      )}
    </span>
  );
}

/** Every try to send one message, and what the other side answered. */
function Attempts({ jobId }: { jobId: string }): ReactNode {
  const query = useQuery(oneDelivery(jobId));
  const replay = useReplayJob();
  return (
    <QueryState query={query} skeletonRows={2}>
      {(job) => (
        <div className="space-y-2 text-sm">
          {job.tries.length === 0 && <p className="text-muted">{text.noTries}</p>}
          <ol aria-label={text.tries} className="space-y-2">
            {job.tries.map((attempt) => (
              <li key={attempt.number}>
                <span className="font-medium">
                  {text.tryLine(
                    attempt.number,
                    [attempt.outcome, attempt.status_code].filter((part) => part !== null).join(" "),
                    attempt.latency_milliseconds,
                  )}
                </span>{" "}
                <span className="text-xs text-muted">
                  <Moment time={attempt.started_at} />
                </span>
                {attempt.error !== null && <span className="block text-offline">{attempt.error}</span>}
                {attempt.answer !== "" && (
                  <pre className="mt-1 max-h-40 overflow-auto rounded border bg-surface p-2 font-mono text-xs">
                    {attempt.answer}
                  </pre>
                )}
              </li>
            ))}
          </ol>
          {job.due_at !== null && (
            <p className="text-muted">
              {text.due}: <Moment time={job.due_at} />
            </p>
          )}
          <div className="flex gap-2">
            {job.alert_id !== null && (
              <Button size="small" asChild>
                <Link to={`/alerts?status=ALL&alert=${job.alert_id}`}>{text.seeAlert}</Link>
              </Button>
            )}
            {job.status === "FAILED" && job.event !== "test" && (
              <Can permission="notifications:manage">
                <Button size="small" kind="primary" busy={replay.isPending} onClick={() => replay.mutate(job.job_id)}>
                  {text.replay}
                </Button>
              </Can>
            )}
          </div>
        </div>
      )}
    </QueryState>
  );
}
