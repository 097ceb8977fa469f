import { useQuery } from "@tanstack/react-query";
import { useCallback, useState, type ReactNode } from "react";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { Filters } from "@/components/ListPage";
import { PageHeader, Panel } from "@/components/Panel";
import { SearchInput } from "@/components/SearchInput";
import { SelectFilter } from "@/components/SelectFilter";
import { EmptyState, QueryState } from "@/components/States";
import { text as shared } from "@/components/text";
import { useSearchState } from "@/lib/useSearchState";
import { Outbox } from "./Outbox";
import { queueList, type Queue } from "./queries";
import { PurgeDialog, RedriveDialog } from "./QueueDialogs";
import { QueueTable } from "./QueueTable";
import { text } from "./text";

const SHOWN = {
  failures: ({ holds_failures }: Queue) => holds_failures,
  waiting: ({ messages, in_flight }: Queue) => messages + in_flight > 0,
} as const;
type Shown = keyof typeof SHOWN;
const NAMES = Object.keys(SHOWN) as Shown[];

export default function QueuesPage(): ReactNode {
  const { one, change } = useSearchState();
  const query = useQuery(queueList);
  const q = one("q");
  const show = NAMES.find((name) => name === one("show"));
  const [asked, setAsked] = useState<{ act: "redrive" | "purge"; queue: Queue }>();
  const search = useCallback((typed: string) => change({ q: typed }, { replace: true }), [change]);
  const expand = useCallback((queue: string | null) => change({ queue }, { replace: true }), [change]);
  const redrive = useCallback((queue: Queue) => setAsked({ act: "redrive", queue }), []);
  const purge = useCallback((queue: Queue) => setAsked({ act: "purge", queue }), []);
  const clear = q === undefined && show === undefined ? undefined : () => change({ q: null, show: null });
  const fits = (queue: Queue): boolean =>
    queue.queue.includes((q ?? "").toLowerCase()) && (show === undefined || SHOWN[show](queue));
  const close = (): void => setAsked(undefined);
  return (
    <>
      <PageHeader title={text.title} description={text.description} actions={<AsOf query={query} />} />
      <Filters onClear={clear}>
        <SearchInput value={q ?? ""} onChange={search} label={text.search} />
        <SelectFilter
          label={text.show}
          any={text.all}
          options={NAMES.map((name) => [name, text.shown[name]])}
          value={show}
          onChange={(value) => change({ show: value })}
        />
      </Filters>
      <Panel flush>
        <QueryState query={query} skeletonRows={8}>
          {({ items }) => {
            const queues = items.filter(fits);
            return queues.length === 0 ? (
              <EmptyState
                title={clear ? text.emptyFiltered : text.empty}
                action={clear && <Button onClick={clear}>{shared.clearFilters}</Button>}
              />
            ) : (
              <QueueTable
                queues={queues}
                expanded={one("queue")}
                onExpand={expand}
                onRedrive={redrive}
                onPurge={purge}
              />
            );
          }}
        </QueryState>
      </Panel>
      <Outbox />
      {asked?.act === "redrive" && <RedriveDialog queue={asked.queue} onClose={close} />}
      {asked?.act === "purge" && <PurgeDialog queue={asked.queue} onClose={close} />}
    </>
  );
}
