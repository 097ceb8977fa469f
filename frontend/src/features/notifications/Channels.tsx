import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { Can } from "@/auth/Can";
import { usePermission } from "@/auth/permissions";
import { AddButton } from "@/components/AddButton";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { Filters, ListPanel } from "@/components/ListPage";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { RowMenu } from "@/components/Row";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { Badge } from "@/components/Status";
import { TimeAgo } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { ChannelDialog } from "./ChannelDialog";
import { ChannelTest } from "./ChannelTest";
import { ALL_KINDS, channelPages, KINDS, useDeleteChannel, useReplayChannel, type Channel } from "./queries";
import { channelText as text, kindWords, text as common } from "./text";

interface Doing {
  what: "edit" | "test" | "delete";
  channel: Channel;
}

export function Channels(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const kind = ALL_KINDS.find((known) => known === one("kind"));
  const wanted = KINDS.find((known) => known === one("new"));
  const query = useInfiniteQuery(channelPages(q, kind));
  const [doing, setDoing] = useState<Doing>();
  const stop = (): void => setDoing(undefined);
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const clear = q === "" && kind === undefined ? undefined : () => change({ q: null, kind: null });
  const remove = useDeleteChannel();
  const columns = useMemo<ColumnDef<Channel>[]>(
    () => [
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: channel } }) => (
          <span className="flex items-center gap-2">
            <button
              type="button"
              className="text-left font-medium hover:underline"
              onClick={() => setDoing({ what: "edit", channel })}
            >
              {channel.name}
            </button>
            {!channel.enabled && <Badge>{text.off}</Badge>}
          </span>
        ),
      },
      { id: "kind", header: text.columns.kind, cell: ({ row }) => kindWords[row.original.kind] },
      {
        id: "destination",
        header: text.columns.destination,
        cell: ({ row }) => <code className="font-mono text-xs break-all">{row.original.destination}</code>,
      },
      { id: "health", header: text.columns.health, cell: ({ row }) => <Health channel={row.original} /> },
      {
        id: "sent",
        header: text.columns.sent,
        meta: { className: "text-muted" },
        cell: ({ row }) => <TimeAgo time={row.original.health.last_sent_at} />,
      },
      {
        id: "actions",
        header: () => <span className="sr-only">{common.more}</span>,
        meta: { className: "w-10 pl-0" },
        cell: ({ row }) => <Actions channel={row.original} onDo={setDoing} />,
      },
    ],
    [],
  );
  const add = (
    <AddButton permission="notifications:manage" onClick={() => change({ new: kind ?? "slack" })}>
      {text.add}
    </AddButton>
  );
  return (
    <>
      <Filters onClear={clear}>
        <SearchInput value={q} onChange={search} label={text.search} />
        <SelectFilter
          label={text.kind}
          any={text.anyKind}
          options={ALL_KINDS.map((each) => [each, kindWords[each]])}
          value={kind}
          onChange={(value) => change({ kind: value })}
        />
        {add}
      </Filters>
      <ListPanel query={query} words={text} add={add} onClear={clear}>
        {(channels) => (
          <DataTable
            label={common.tabs.channels}
            columns={columns}
            rows={channels}
            rowId={(channel) => channel.channel_id}
          />
        )}
      </ListPanel>
      {wanted !== undefined && (
        <Can permission="notifications:manage">
          <ChannelDialog channel={undefined} kind={wanted} onClose={() => change({ new: null }, { replace: true })} />
        </Can>
      )}
      {doing?.what === "edit" && <ChannelDialog channel={doing.channel} onClose={stop} />}
      {doing?.what === "test" && <ChannelTest channel={doing.channel} onClose={stop} />}
      {doing?.what === "delete" && (
        <ConfirmDialog
          open
          onClose={stop}
          title={text.removeTitle(doing.channel.name)}
          description={text.removeDescription}
          confirm={common.remove}
          onConfirm={() => remove.mutateAsync(doing.channel)}
        />
      )}
    </>
  );
}

function Health({ channel: { health } }: { channel: Channel }): ReactNode {
  const trouble = health.disabled_reason ?? (health.failed_attempts_in_a_row > 0 ? health.last_error : null);
  return (
    <>
      {health.disabled_reason !== null ? (
        <Badge tone="bad">{text.disabled}</Badge>
      ) : health.failed_attempts_in_a_row > 0 ? (
        <Badge tone="warn">{text.failing(health.failed_attempts_in_a_row)}</Badge>
      ) : health.last_sent_at === null ? (
        <Badge>{text.unused}</Badge>
      ) : (
        <Badge tone="good">{text.healthy}</Badge>
      )}
      {trouble !== null && <span className="mt-0.5 block max-w-sm text-xs text-muted">{trouble}</span>}
    </>
  );
}

function Actions({ channel, onDo }: { channel: Channel; onDo: (doing: Doing) => void }): ReactNode {
  const mayManage = usePermission("notifications:manage");
  const replay = useReplayChannel();
  return (
    <RowMenu label={text.actions(channel.name)}>
      <MenuItem onSelect={() => onDo({ what: "edit", channel })}>{mayManage ? common.edit : common.show}</MenuItem>
      {mayManage && (
        <>
          <MenuItem onSelect={() => onDo({ what: "test", channel })}>{text.test}</MenuItem>
          <MenuItem onSelect={() => replay.mutate(channel.channel_id)}>{text.replay}</MenuItem>
          <MenuSeparator />
          <MenuItem danger onSelect={() => onDo({ what: "delete", channel })}>
            {common.remove}
          </MenuItem>
        </>
      )}
    </RowMenu>
  );
}
