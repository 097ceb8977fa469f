import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import type { DeviceDetail } from "@/api/types";
import { Can } from "@/auth/Can";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { CancelCommandDialog, CommandDialog } from "@/components/CommandDialog";
import { COMMAND_STATUSES, CommandStatusBadge } from "@/components/CommandStatus";
import { CodeBlock } from "@/components/Copy";
import { DataTable } from "@/components/DataTable";
import { ListPanel } from "@/components/ListPage";
import { Facts } from "@/components/Panel";
import { Unfold } from "@/components/Row";
import { Badge } from "@/components/Status";
import { SelectFilter } from "@/components/SelectFilter";
import { commandStatusWords, commandText } from "@/components/text";
import { Moment, TimeAgo } from "@/components/Time";
import { jsonText } from "@/lib/json";
import { useSearchState } from "@/lib/useSearchState";
import { deviceCommands, useCancelCommand, useSendCommand, type Command } from "../commandQueries";
import { commandsText as text } from "../commandText";
import { ShadowPanel } from "./ShadowPanel";

/** What the device was told to do and what it answered; below it what it should be like and what it is like. */
export function CommandsTab({ device }: { device: DeviceDetail }): ReactNode {
  const { one, change } = useSearchState();
  const status = COMMAND_STATUSES.find((known) => known === one("command-status"));
  const chosen = one("command");
  const query = useInfiniteQuery(deviceCommands(device.device_id, status));
  const [sending, setSending] = useState(false);
  const [cancelled, setCancelled] = useState<Command>();
  const columns = useMemo<ColumnDef<Command>[]>(
    () => [
      {
        id: "command",
        header: text.columns.command,
        cell: ({ row: { original: command } }) => (
          <Unfold
            open={command.command_id === chosen}
            label={text.details(command.name)}
            onChange={(open) => change({ command: open ? command.command_id : null }, { replace: true })}
          >
            <span className="font-mono">{command.name}</span>
          </Unfold>
        ),
      },
      {
        id: "status",
        header: text.columns.status,
        cell: ({ row: { original: command } }) => (
          <span className="flex flex-wrap items-center gap-2">
            <CommandStatusBadge status={command.status} />
            {command.late_status !== null && <LateAnswer command={command} />}
            <span className="text-xs text-muted">{command.reason}</span>
          </span>
        ),
      },
      {
        id: "sent",
        header: text.columns.sent,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.created_at} />,
      },
      {
        id: "finished",
        header: text.columns.finished,
        meta: { className: "text-muted" },
        cell: ({ row }) => <Moment time={row.original.finished_at} />,
      },
    ],
    [change, chosen],
  );
  const send = device.lifecycle === "ACTIVE" && (
    <Can permission="commands:send">
      <Button size="small" onClick={() => setSending(true)}>
        {text.send}
      </Button>
    </Can>
  );
  return (
    <div className="grid gap-3">
      <ListPanel
        query={query}
        title={text.title}
        words={text}
        add={send}
        onClear={status === undefined ? undefined : () => change({ "command-status": null })}
        aside={
          <span className="flex flex-wrap items-center gap-2">
            <AsOf query={query} />
            <SelectFilter
              label={text.status}
              any={text.anyStatus}
              className="h-7 w-36 text-xs"
              options={COMMAND_STATUSES.map((each) => [each, commandStatusWords[each]])}
              value={status}
              onChange={(value) => change({ "command-status": value })}
            />
            {send}
          </span>
        }
      >
        {(commands) => (
          <DataTable
            label={text.title}
            columns={columns}
            rows={commands}
            rowId={(command) => command.command_id}
            below={(command) =>
              command.command_id === chosen ? <Details command={command} onCancel={setCancelled} /> : null
            }
          />
        )}
      </ListPanel>
      <ShadowPanel device={device} />
      {sending && <SendCommand deviceId={device.device_id} onClose={() => setSending(false)} />}
      {cancelled && <CancelCommand command={cancelled} onClose={() => setCancelled(undefined)} />}
    </div>
  );
}

/** The device has answered after all, when nobody waited for it any more. */
function LateAnswer({ command }: { command: Command }): ReactNode {
  const word = command.late_status === null ? "" : commandStatusWords[command.late_status].toLowerCase();
  return <Badge tone="warn">{text.late(word)}</Badge>;
}

function Details({ command, onCancel }: { command: Command; onCancel: (command: Command) => void }): ReactNode {
  const facts: [string, ReactNode][] = [
    [text.facts.by, command.created_by],
    [
      text.facts.deliveries,
      command.deliveries > 0 && (
        <span key="deliveries">
          {text.facts.times(command.deliveries)}, <Moment time={command.delivered_at} />
        </span>
      ),
    ],
    [text.facts.expires, <Moment key="expires" time={command.expires_at} long />],
    [text.facts.reason, command.reason],
  ];
  if (command.late_status !== null) {
    facts.push([
      text.facts.late,
      <span key="late">
        {[commandStatusWords[command.late_status], command.late_reason].filter(Boolean).join(": ")},{" "}
        <Moment time={command.answered_at} />
      </span>,
    ]);
  }
  if (command.group_command_id !== null) facts.push([text.facts.group, text.facts.groupCommand]);
  return (
    <div className="grid gap-3">
      <Facts facts={facts.filter(([, value]) => value !== "" && value !== false)} />
      <div className="grid gap-3 md:grid-cols-2">
        <CodeBlock label={text.facts.parameters} code={jsonText(command.parameters)} />
        {command.result !== null && <CodeBlock label={text.facts.result} code={jsonText(command.result)} />}
      </div>
      {command.status === "QUEUED" && (
        <Can permission="commands:send">
          <div>
            <Button size="small" onClick={() => onCancel(command)}>
              {commandText.cancel}
            </Button>
          </div>
        </Can>
      )}
    </div>
  );
}

function SendCommand({ deviceId, onClose }: { deviceId: string; onClose: () => void }): ReactNode {
  const send = useSendCommand(deviceId);
  return (
    <CommandDialog
      title={text.sendTitle(deviceId)}
      description={text.sendDescription}
      onSend={send.mutateAsync}
      onClose={onClose}
    />
  );
}

function CancelCommand({ command, onClose }: { command: Command; onClose: () => void }): ReactNode {
  const cancel = useCancelCommand(command);
  return (
    <CancelCommandDialog
      name={command.name}
      description={text.cancelDescription}
      onCancel={cancel.mutateAsync}
      onClose={onClose}
    />
  );
}
