import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { InTenantZone } from "@/components/InTenantZone";
import { AddButton } from "@/components/AddButton";
import { DataTable } from "@/components/DataTable";
import { ConfirmDialog } from "@/components/Dialog";
import { Gantt, type GanttRow } from "@/components/Gantt";
import { ListPage } from "@/components/ListPage";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { Panel } from "@/components/Panel";
import { RowMenu } from "@/components/Row";
import { ScopeWords } from "@/components/ScopeWords";
import { SelectFilter } from "@/components/SelectFilter";
import { Badge } from "@/components/Status";
import { useNow } from "@/lib/now";
import { useTimeZone } from "@/lib/preferences";
import { DAY, HOUR, shortTime, timeSpan, wallTimeOf } from "@/lib/time";
import { useSearchState } from "@/lib/useSearchState";
import {
  hasBegun,
  plannedTimes,
  useDeleteWindow,
  useEndWindow,
  windowPages,
  type Window,
  type WindowState,
} from "./queries";
import { inWords, recurrenceOf } from "./recurrence";
import { stateWords, text } from "./text";
import { dayOfMonth, WindowDialog } from "./WindowDialog";

const STATES: readonly WindowState[] = ["ACTIVE", "UPCOMING", "EXPIRED"];
const TONES = { ACTIVE: "warn", UPCOMING: "accent", EXPIRED: "neutral" } as const;

type Doing = { what: "edit" | "end" | "delete"; window: Window } | { what: "new" };

export default function MaintenancePage(): ReactNode {
  const { one, change } = useSearchState();
  const state = STATES.find((known) => known === one("state"));
  const query = useInfiniteQuery(windowPages(state));
  const [doing, setDoing] = useState<Doing>();
  const end = useEndWindow();
  const remove = useDeleteWindow();
  const stop = (): void => setDoing(undefined);
  const timeZone = useTimeZone();
  const columns = useMemo<ColumnDef<Window>[]>(
    () => [
      {
        id: "name",
        header: text.columns.name,
        cell: ({ row: { original: window } }) => (
          <>
            <span className="font-medium">{window.name}</span>
            <span className="block text-xs text-muted">{window.description}</span>
          </>
        ),
      },
      {
        id: "state",
        header: text.columns.state,
        cell: ({ row }) => <Badge tone={TONES[row.original.state]}>{stateWords[row.original.state]}</Badge>,
      },
      {
        id: "next",
        header: text.columns.next,
        cell: ({ row: { original: window } }) =>
          window.next_starts_at === null ? (
            "–"
          ) : (
            <span className="tabular">
              {timeSpan(window.next_starts_at, window.next_ends_at ?? window.next_starts_at, timeZone)}
            </span>
          ),
      },
      {
        id: "repeats",
        header: text.columns.repeats,
        cell: ({ row: { original: window } }) => {
          const day = dayOfMonth(wallTimeOf(new Date(window.starts_at), window.timezone));
          return <span className="text-xs text-muted">{inWords(recurrenceOf(window.recurrence, day), day)}</span>;
        },
      },
      {
        id: "devices",
        header: text.columns.devices,
        cell: ({ row }) => <ScopeWords scope={row.original.selector} />,
      },
      { id: "held", header: text.columns.held, meta: { className: "tabular" }, cell: ({ row }) => row.original.held },
      {
        id: "actions",
        header: () => <span className="sr-only">{text.more}</span>,
        meta: { className: "w-10 pl-0" },
        cell: ({ row }) => <Actions window={row.original} onDo={setDoing} />,
      },
    ],
    [timeZone],
  );
  const add = (
    <AddButton permission="maintenance:manage" onClick={() => setDoing({ what: "new" })}>
      {text.add}
    </AddButton>
  );
  return (
    <>
      <ListPage
        title={text.title}
        description={text.description}
        query={query}
        words={text}
        add={add}
        onClear={state === undefined ? undefined : () => change({ state: null })}
        filters={
          <SelectFilter
            label={text.state}
            any={text.anyState}
            options={STATES.map((each) => [each, stateWords[each]])}
            value={state}
            onChange={(value) => change({ state: value })}
          />
        }
      >
        {(windows) => (
          <DataTable label={text.title} columns={columns} rows={windows} rowId={(window) => window.window_id} />
        )}
      </ListPage>
      <NextTimes />
      {doing?.what === "new" && (
        <InTenantZone>{(zone) => <WindowDialog window={undefined} timeZone={zone} onClose={stop} />}</InTenantZone>
      )}
      {doing?.what === "edit" && <WindowDialog window={doing.window} timeZone={doing.window.timezone} onClose={stop} />}
      {doing?.what === "end" && (
        <ConfirmDialog
          open
          onClose={stop}
          title={text.endTitle(doing.window.name)}
          description={text.endDescription}
          confirm={text.end}
          onConfirm={() => end.mutateAsync(doing.window)}
        >
          {doing.window.recurrence !== null && <p className="text-sm">{text.endOnce}</p>}
        </ConfirmDialog>
      )}
      {doing?.what === "delete" && (
        <ConfirmDialog
          open
          onClose={stop}
          {...removalWords(doing.window)}
          onConfirm={() => remove.mutateAsync(doing.window)}
        />
      )}
    </>
  );
}

/** When maintenance is in the next two weeks, every time of every window. */
function NextTimes(): ReactNode {
  const timeZone = useTimeZone();
  const start = useNow(HOUR);
  const end = start + 14 * DAY;
  const query = useQuery(plannedTimes(new Date(start).toISOString(), new Date(end).toISOString()));
  const rows = new Map<string, GanttRow>();
  for (const time of query.data?.items ?? []) {
    const row = rows.get(time.window_id) ?? { key: time.window_id, name: time.name, label: time.name, bars: [] };
    const label = text.bar(time.name, shortTime(time.starts_at, timeZone), shortTime(time.ends_at, timeZone));
    const bar = {
      key: time.starts_at,
      start: new Date(time.starts_at).getTime(),
      end: new Date(time.ends_at).getTime(),
      label,
      paint: "bg-accent",
    };
    rows.set(time.window_id, { ...row, bars: [...row.bars, bar] });
  }
  if (rows.size === 0) return null;
  return (
    <Panel title={text.chart} className="mt-4">
      <Gantt label={text.chart} start={start} end={end} rows={[...rows.values()]} />
    </Panel>
  );
}

/** Of one that has begun nothing is deleted that has taken place. */
function removalWords(window: Window): { title: string; description: string; confirm: string } {
  return hasBegun(window)
    ? { title: text.finishTitle(window.name), description: text.finishDescription, confirm: text.finish }
    : { title: text.removeTitle(window.name), description: text.removeDescription, confirm: text.remove };
}

function Actions({ window, onDo }: { window: Window; onDo: (doing: Doing) => void }): ReactNode {
  if (!usePermission("maintenance:manage") || window.state === "EXPIRED") return null;
  const isLastTime = window.state === "ACTIVE" && window.recurrence === null;
  return (
    <RowMenu label={text.actions(window.name)}>
      <MenuItem onSelect={() => onDo({ what: "edit", window })}>{text.edit}</MenuItem>
      {window.state === "ACTIVE" && <MenuItem onSelect={() => onDo({ what: "end", window })}>{text.end}</MenuItem>}
      {!isLastTime && (
        <>
          <MenuSeparator />
          <MenuItem danger onSelect={() => onDo({ what: "delete", window })}>
            {removalWords(window).confirm}
          </MenuItem>
        </>
      )}
    </RowMenu>
  );
}
