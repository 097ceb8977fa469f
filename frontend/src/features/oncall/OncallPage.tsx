import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useCallback, useMemo, type ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { AddButton } from "@/components/AddButton";
import { LinkFromList } from "@/components/BackLink";
import { DataTable } from "@/components/DataTable";
import { ListPage } from "@/components/ListPage";
import { Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { useSearchState } from "@/lib/useSearchState";
import { NowOnCall } from "./NowOnCall";
import { myShifts, schedulePages } from "./queries";
import { text } from "./text";

export default function OncallPage(): ReactNode {
  const { one, change } = useSearchState();
  const q = one("q") ?? "";
  const query = useInfiniteQuery(schedulePages(q));
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const add = (
    <AddButton permission="oncall:manage" to="/oncall/new">
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
        filters={<SearchInput value={q} onChange={search} label={text.search} />}
        onClear={q === "" ? undefined : () => change({ q: null })}
      >
        {(schedules) => (
          <ul className="divide-y" aria-label={text.schedules}>
            {schedules.map((schedule) => (
              <li key={schedule.schedule_id} className="grid gap-x-4 gap-y-1 px-3 py-2.5 md:grid-cols-[2fr_3fr]">
                <div className="min-w-0">
                  <LinkFromList to={`/oncall/${schedule.schedule_id}`} className="font-medium hover:underline">
                    {schedule.name}
                  </LinkFromList>
                  <p className="truncate text-xs text-muted">
                    {schedule.description || text.layersOf(schedule.layers.length, schedule.timezone)}
                  </p>
                </div>
                <NowOnCall scheduleId={schedule.schedule_id} />
              </li>
            ))}
          </ul>
        )}
      </ListPage>
      <MyShifts />
    </>
  );
}

function MyShifts(): ReactNode {
  const query = useQuery(myShifts);
  const columns = useMemo<ColumnDef<Schemas["MyShift"]>[]>(
    () => [
      {
        id: "schedule",
        header: text.shiftColumns.schedule,
        cell: ({ row: { original: shift } }) => (
          <LinkFromList to={`/oncall/${shift.schedule_id}`} className="hover:underline">
            {shift.schedule_name}
          </LinkFromList>
        ),
      },
      { id: "start", header: text.shiftColumns.start, cell: ({ row }) => <Moment time={row.original.start} /> },
      { id: "end", header: text.shiftColumns.end, cell: ({ row }) => <Moment time={row.original.end} /> },
      {
        id: "why",
        header: text.shiftColumns.why,
        cell: ({ row }) => <span className="text-xs text-muted">{row.original.why.explanation}</span>,
      },
    ],
    [],
  );
  return (
    <Panel title={text.myShifts} className="mt-4" flush>
      <QueryState query={query} skeletonRows={2}>
        {({ shifts }) =>
          shifts.length === 0 ? (
            <p className="p-3 text-sm text-muted">{text.noShifts}</p>
          ) : (
            <DataTable
              label={text.myShifts}
              columns={columns}
              rows={shifts}
              rowId={(shift) => `${shift.schedule_id} ${shift.start}`}
            />
          )
        }
      </QueryState>
    </Panel>
  );
}
