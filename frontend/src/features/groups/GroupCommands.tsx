import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { Schemas } from "@/api/types";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { CancelCommandDialog } from "@/components/CommandDialog";
import { COMMAND_STATUSES, CommandStatusBadge } from "@/components/CommandStatus";
import { DataTable } from "@/components/DataTable";
import { ListPanel } from "@/components/ListPage";
import { LoadMore } from "@/components/LoadMore";
import { StackedBar } from "@/components/Meter";
import { Unfold } from "@/components/Row";
import { QueryState } from "@/components/States";
import { commandStatusWords, commandText } from "@/components/text";
import { Moment, TimeAgo } from "@/components/Time";
import { jsonText } from "@/lib/json";
import { useSearchState } from "@/lib/useSearchState";
import { commandResults, groupCommands, useCancelGroupCommand, type Group, type GroupCommand } from "./queries";
import { text } from "./text";

const words = text.commands;

const COLOURS: Record<Schemas["CommandStatus"], string> = {
  ACKNOWLEDGED: "var(--online)",
  DELIVERED: "var(--accent)",
  QUEUED: "var(--pending)",
  REJECTED: "var(--offline)",
  EXPIRED: "var(--stale)",
  CANCELLED: "var(--line)",
};

/** What the group was told to do, how far that has come, and what each device answered. */
export function GroupCommands({ group }: { group: Group }): ReactNode {
  const { one, change } = useSearchState();
  const query = useInfiniteQuery(groupCommands(group.group_id));
  const chosen = one("command");
  const [cancelled, setCancelled] = useState<GroupCommand>();
  const columns = useMemo<ColumnDef<GroupCommand>[]>(
    () => [
      {
        id: "command",
        header: words.columns.command,
        cell: ({ row: { original: command } }) => (
          <Unfold
            open={command.group_command_id === chosen}
            label={words.results(command.name)}
            onChange={(open) => change({ command: open ? command.group_command_id : null }, { replace: true })}
          >
            <span className="font-mono">{command.name}</span>
          </Unfold>
        ),
      },
      {
        id: "sent",
        header: words.columns.sent,
        meta: { className: "text-muted" },
        cell: ({ row: { original: command } }) => (
          <>
            <TimeAgo time={command.created_at} />
            <span className="block max-w-40 truncate text-xs">{words.by(command.created_by)}</span>
          </>
        ),
      },
      {
        id: "progress",
        header: words.columns.progress,
        meta: { className: "min-w-48" },
        cell: ({ row }) => <Progress command={row.original} />,
      },
    ],
    [change, chosen],
  );
  return (
    <>
      <ListPanel query={query} title={words.title} words={words} aside={<AsOf query={query} />}>
        {(commands) => (
          <DataTable
            label={words.title}
            columns={columns}
            rows={commands}
            rowId={(command) => command.group_command_id}
            below={(command) =>
              command.group_command_id === chosen ? <Results command={command} onCancel={setCancelled} /> : null
            }
          />
        )}
      </ListPanel>
      {cancelled && <CancelCommand command={cancelled} onClose={() => setCancelled(undefined)} />}
    </>
  );
}

function Progress({ command }: { command: GroupCommand }): ReactNode {
  const parts = COMMAND_STATUSES.map((status) => ({
    name: commandStatusWords[status].toLowerCase(),
    value: command.counts[status] ?? 0,
    colour: COLOURS[status],
  })).filter(({ value }) => value > 0);
  const told = parts.map(({ name, value }) => `${value} ${name}`).join(", ");
  return (
    <div className="grid gap-1">
      <StackedBar label={told} parts={parts} />
      <span className="text-xs text-muted">{told}</span>
      {command.left_out > 0 && <span className="text-xs text-stale">{words.leftOut(command.left_out)}</span>}
    </div>
  );
}

interface ResultsProps {
  command: GroupCommand;
  onCancel: (command: GroupCommand) => void;
}

function Results({ command, onCancel }: ResultsProps): ReactNode {
  const query = useInfiniteQuery(commandResults(command.group_command_id));
  return (
    <div className="space-y-2 text-sm">
      <div className="flex items-start justify-between gap-2">
        <code className="font-mono text-xs break-all">{jsonText(command.parameters)}</code>
        {(command.counts.QUEUED ?? 0) > 0 && (
          <Can permission="commands:send">
            <Button size="small" onClick={() => onCancel(command)}>
              {commandText.cancel}
            </Button>
          </Can>
        )}
      </div>
      <QueryState query={query} skeletonRows={3}>
        {({ pages }) => {
          const results = pages.flatMap((page) => page.items);
          return (
            <>
              <ul aria-label={words.results(command.name)} className="divide-y">
                {results.map((result) => (
                  <li key={result.command_id} className="flex flex-wrap items-center gap-x-3 py-1">
                    <CommandStatusBadge status={result.status} />
                    <Link to={`/devices/${result.device_id}?tab=commands`} className="hover:underline">
                      {result.device_id}
                    </Link>
                    <span className="text-xs text-muted">
                      <Moment time={result.finished_at ?? result.delivered_at ?? result.created_at} />
                    </span>
                    <span className="text-xs text-muted">{result.reason}</span>
                  </li>
                ))}
              </ul>
              <LoadMore query={query} shown={results.length} total={command.devices} />
            </>
          );
        }}
      </QueryState>
    </div>
  );
}

function CancelCommand({ command, onClose }: { command: GroupCommand; onClose: () => void }): ReactNode {
  const cancel = useCancelGroupCommand(command);
  return (
    <CancelCommandDialog
      name={command.name}
      description={words.cancelDescription}
      onCancel={cancel.mutateAsync}
      onClose={onClose}
    />
  );
}
