import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { usePermission } from "@/auth/permissions";
import { DataTable } from "@/components/DataTable";
import { LoadMore } from "@/components/LoadMore";
import { MenuItem } from "@/components/Menu";
import { Panel } from "@/components/Panel";
import { RowMenu } from "@/components/Row";
import { QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { useNow } from "@/lib/now";
import { HOUR } from "@/lib/time";
import type { OverrideStart } from "./OverrideDialog";
import { comingOverrides, useEndOverride, type Override, type Schedule } from "./queries";
import { overrideWords, text } from "./text";

interface OverridesProps {
  schedule: Schedule;
  onChange: (start: OverrideStart) => void;
}

/** Overrides that last or come. */
export function Overrides({ schedule, onChange }: OverridesProps): ReactNode {
  const start = new Date(useNow(HOUR)).toISOString();
  const query = useInfiniteQuery(comingOverrides(schedule.schedule_id, start));
  const mayCover = usePermission("oncall:cover");
  const columns = useMemo<ColumnDef<Override>[]>(() => {
    const shown: ColumnDef<Override>[] = [
      { id: "who", header: text.overrideColumns.who, cell: ({ row }) => row.original.responder.name },
      {
        id: "kind",
        header: text.overrideColumns.kind,
        cell: ({ row: { original: override } }) => (
          <>
            {overrideWords[override.kind]}
            {override.reason !== "" && <span className="block text-xs text-muted">{override.reason}</span>}
          </>
        ),
      },
      { id: "start", header: text.overrideColumns.start, cell: ({ row }) => <Moment time={row.original.starts_at} /> },
      { id: "end", header: text.overrideColumns.end, cell: ({ row }) => <Moment time={row.original.ends_at} /> },
    ];
    const actions: ColumnDef<Override> = {
      id: "actions",
      header: () => <span className="sr-only">{text.edit}</span>,
      meta: { className: "w-10 pl-0" },
      cell: ({ row }) => <Actions override={row.original} onChange={onChange} />,
    };
    return mayCover ? [...shown, actions] : shown;
  }, [mayCover, onChange]);
  return (
    <Panel title={text.overrides} flush>
      <QueryState query={query} skeletonRows={3}>
        {({ pages }) => {
          const overrides = pages.flatMap((page) => page.items);
          return overrides.length === 0 ? (
            <p className="p-3 text-sm text-muted">{text.noOverrides}</p>
          ) : (
            <>
              <DataTable
                label={text.overrides}
                columns={columns}
                rows={overrides}
                rowId={(override) => override.override_id}
              />
              <LoadMore query={query} shown={overrides.length} total={pages[0]?.total} />
            </>
          );
        }}
      </QueryState>
    </Panel>
  );
}

function Actions({ override, onChange }: { override: Override; onChange: OverridesProps["onChange"] }): ReactNode {
  const end = useEndOverride();
  return (
    <RowMenu label={text.overrideActions(override.responder.name)}>
      <MenuItem onSelect={() => onChange({ override })}>{text.changeOverride}</MenuItem>
      <MenuItem danger disabled={end.isPending} onSelect={() => end.mutate(override)}>
        {text.endOverride}
      </MenuItem>
    </RowMenu>
  );
}
