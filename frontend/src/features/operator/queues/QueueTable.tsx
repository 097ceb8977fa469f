import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { AsOf } from "@/components/AsOf";
import { DataTable } from "@/components/DataTable";
import { MenuItem } from "@/components/Menu";
import { RowMenu, Unfold } from "@/components/Row";
import { QueryState } from "@/components/States";
import { Badge } from "@/components/Status";
import { text as shared } from "@/components/text";
import { Moment } from "@/components/Time";
import { count } from "@/lib/numbers";
import { sentenceCase } from "@/lib/words";
import { duration, SECOND } from "@/lib/time";
import { useSorting } from "../useSorting";
import { queueSample, type Queue } from "./queries";
import { text } from "./text";

const TONES = { failed: "bad", working: "accent", empty: "neutral" } as const;
const VALUES = {
  queue: (queue: Queue) => queue.queue,
  // Failures first, then what waits: what a person has to look at.
  state: (queue: Queue) => ["empty", "working", "failed"].indexOf(stateOf(queue)),
  messages: (queue: Queue) => queue.messages,
  in_flight: (queue: Queue) => queue.in_flight,
  age: (queue: Queue) => queue.oldest_age_seconds,
};

function stateOf({ messages, in_flight, holds_failures }: Queue): keyof typeof TONES {
  if (messages + in_flight === 0) return "empty";
  return holds_failures ? "failed" : "working";
}

interface QueueTableProps {
  queues: readonly Queue[];
  expanded: string | undefined;
  onExpand: (queue: string | null) => void;
  onRedrive: (queue: Queue) => void;
  onPurge: (queue: Queue) => void;
}

export function QueueTable({ queues, expanded, onExpand, onRedrive, onPurge }: QueueTableProps): ReactNode {
  const mayManage = usePermission("operator.queues:manage");
  const { sorting, onSort, sorted } = useSorting(VALUES, { sort: "state", order: "desc" });
  const columns = useMemo<ColumnDef<Queue>[]>(() => {
    const shown: ColumnDef<Queue>[] = [
      {
        id: "queue",
        header: text.columns.queue,
        meta: { sort: "queue" },
        cell: ({ row: { original: queue } }) => (
          <>
            {queue.holds_failures ? (
              <Unfold
                open={queue.queue === expanded}
                label={text.sample(sentenceCase(queue.queue))}
                onChange={(open) => onExpand(open ? queue.queue : null)}
              >
                {sentenceCase(queue.queue)}
              </Unfold>
            ) : (
              <span className="block pl-5 font-medium">{sentenceCase(queue.queue)}</span>
            )}
            <code className="block pl-5 text-xs text-muted">{queue.queue}</code>
          </>
        ),
      },
      {
        id: "state",
        header: text.columns.state,
        meta: { sort: "state" },
        cell: ({ row: { original } }) => {
          const state = stateOf(original);
          return <Badge tone={TONES[state]}>{text.states[state]}</Badge>;
        },
      },
      {
        id: "messages",
        header: text.columns.messages,
        meta: { sort: "messages", className: "tabular text-right" },
        cell: ({ row }) => count(row.original.messages),
      },
      {
        id: "in_flight",
        header: text.columns.in_flight,
        meta: { sort: "in_flight", className: "tabular text-right" },
        cell: ({ row }) => count(row.original.in_flight),
      },
      {
        id: "age",
        header: text.columns.age,
        meta: { sort: "age", className: "tabular text-right" },
        cell: ({ row: { original } }) =>
          original.oldest_age_seconds === null ? shared.none : duration(original.oldest_age_seconds * SECOND),
      },
    ];
    if (!mayManage) return shown;
    const actions: ColumnDef<Queue> = {
      id: "actions",
      header: () => <span className="sr-only">{text.columns.actions}</span>,
      meta: { className: "w-10 py-0 text-right" },
      cell: ({ row: { original: queue } }) =>
        queue.holds_failures && (
          <RowMenu label={text.actions(queue.queue)}>
            {queue.redrives_to !== null && <MenuItem onSelect={() => onRedrive(queue)}>{text.redrive}</MenuItem>}
            <MenuItem danger onSelect={() => onPurge(queue)}>
              {text.purge}
            </MenuItem>
          </RowMenu>
        ),
    };
    return [...shown, actions];
  }, [expanded, mayManage, onExpand, onPurge, onRedrive]);
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={sorted(queues)}
      rowId={(queue) => queue.queue}
      sorting={sorting}
      onSort={onSort}
      below={(queue) => (queue.queue === expanded && queue.holds_failures ? <Sample queue={queue.queue} /> : null)}
    />
  );
}

function Sample({ queue }: { queue: string }): ReactNode {
  const query = useQuery(queueSample(queue));
  return (
    <QueryState query={query} skeletonRows={3}>
      {({ items }) => (
        <div className="space-y-2">
          <p className="flex items-center justify-between gap-3 text-xs text-muted">
            {items.length === 0 ? text.noSample : text.sampled(items.length)}
            <AsOf query={query} />
          </p>
          <ul className="space-y-2">
            {items.map((message) => (
              <li key={message.message_id}>
                <p className="mb-1 flex flex-wrap gap-x-3 text-xs text-muted">
                  <span>
                    {text.sentAt} <Moment time={message.sent_at} />
                  </span>
                  <span>{text.received(message.receive_count)}</span>
                  <code>{message.message_id}</code>
                </p>
                <pre
                  tabIndex={0}
                  role="region"
                  aria-label={`${text.body} ${message.message_id}`}
                  className="max-h-48 overflow-auto rounded border bg-surface p-2 font-mono text-xs break-all whitespace-pre-wrap"
                >
                  {message.body}
                </pre>
              </li>
            ))}
          </ul>
        </div>
      )}
    </QueryState>
  );
}
