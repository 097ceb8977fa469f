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
import { Select } from "@/components/Form";
import { LoadMore } from "@/components/LoadMore";
import { Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { Moment, TimeAgo } from "@/components/Time";
import { classes } from "@/lib/classes";
import { useSearchState } from "@/lib/useSearchState";
import { deliveryPages, KINDS, oneDelivery, useReplayJob, type Job } from "./queries";
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
    kind: KINDS.find((known) => known === one("kind")),
    channel: one("channel"),
  };
  const expanded = one("delivery");
  const query = useInfiniteQuery(deliveryPages(filters));
  const channels = useQuery(allChannels);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
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
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Choice name={text.status} of={STATUSES} words={jobStatusWords} value={filters.status} filter="status" />
        <Choice name={text.event} of={EVENTS} words={eventWords} value={filters.event} filter="event" />
        <Choice name={text.kind} of={KINDS} words={kindWords} value={filters.kind} filter="kind" />
        <Select
          aria-label={text.channel}
          className="w-44"
          value={filters.channel ?? ""}
          onChange={(event) => change({ channel: event.target.value })}
        >
          <option value="">{text.anyChannel}</option>
          {channels.data?.map(({ channel_id, name }) => (
            <option key={channel_id} value={channel_id}>
              {name}
            </option>
          ))}
        </Select>
        {isFiltered && (
          <Button kind="quiet" onClick={() => change({ status: null, event: null, kind: null, channel: null })}>
            {common.clearFilters}
          </Button>
        )}
        <span className="ml-auto">
          <AsOf query={query} />
        </span>
      </div>
      <Panel flush>
        <QueryState query={query} skeletonRows={8}>
          {({ pages }) => {
            const jobs = pages.flatMap((page) => page.items);
            if (jobs.length === 0) {
              return (
                <EmptyState title={isFiltered ? text.emptyFiltered : text.empty}>
                  {isFiltered ? undefined : text.emptyDetail}
                </EmptyState>
              );
            }
            return (
              <>
                <DataTable
                  label={common.tabs.deliveries}
                  columns={columns}
                  rows={jobs}
                  rowId={(job) => job.job_id}
                  below={(job) => (job.job_id === expanded ? <Attempts jobId={job.job_id} /> : null)}
                />
                <LoadMore query={query} shown={jobs.length} />
              </>
            );
          }}
        </QueryState>
      </Panel>
    </>
  );
}

interface ChoiceProps<Value extends string> {
  name: string;
  of: readonly Value[];
  words: Record<Value, string>;
  value: Value | undefined;
  filter: "status" | "event" | "kind";
}

function Choice<Value extends string>({ name, of, words, value, filter }: ChoiceProps<Value>): ReactNode {
  const { change } = useSearchState();
  return (
    <Select
      aria-label={name}
      className="w-40"
      value={value ?? ""}
      onChange={(event) => change({ [filter]: event.target.value })}
    >
      <option value="">
        {name}: {text.any.toLowerCase()}
      </option>
      {of.map((each) => (
        <option key={each} value={each}>
          {words[each]}
        </option>
      ))}
    </Select>
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
            {job.event !== "test" && (
              <Button size="small" asChild>
                <Link to={`/alerts?status=ALL&alert=${job.alert_id}`}>{text.seeAlert}</Link>
              </Button>
            )}
            {job.status === "FAILED" && (
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
