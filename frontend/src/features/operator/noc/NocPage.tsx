import { useQuery } from "@tanstack/react-query";
import { MonitorUp } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Can } from "@/auth/Can";
import { Button } from "@/components/Button";
import { Select } from "@/components/Form";
import { PageHeader } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { text as componentText } from "@/components/text";
import { classes } from "@/lib/classes";
import { useNow } from "@/lib/now";
import { useTimeZone } from "@/lib/preferences";
import { relativeTime } from "@/lib/time";
import { useSearchState } from "@/lib/useSearchState";
import { HealthLabel, type HealthLevel } from "../health";
import { Charts } from "./Charts";
import { Feed } from "./Feed";
import { Gauges } from "./Gauges";
import { Heatmap } from "./Heatmap";
import { events, heatmap, REFRESHES, series, summary, topology, type Refresh } from "./queries";
import { text } from "./text";
import { Topology } from "./Topology";
import { useTvMode } from "./useTvMode";
import { useWallScale } from "./useWallScale";

/** So many reads that did not come make the numbers old. */
const MISSED_READS = 3;

interface NocPageProps {
  /** On a screen that nobody is signed in at. */
  onWall?: boolean;
}

export default function NocPage({ onWall = false }: NocPageProps): ReactNode {
  const { one, change } = useSearchState();
  const every = REFRESHES.find((seconds) => String(seconds) === one("every")) ?? 30;
  const timeZone = useTimeZone();
  const { isTv, toggle } = useTvMode(onWall);
  const scale = useWallScale(isTv);
  const queries = {
    summary: useQuery(summary(every)),
    series: useQuery(series(every)),
    topology: useQuery(topology(every)),
    heatmap: useQuery(heatmap(every, timeZone)),
    events: useQuery(events(every)),
  };
  const all = Object.values(queries);
  const age: Age = {
    readAt: Math.min(...all.map((query) => query.dataUpdatedAt)),
    every,
    hasFailed: all.some((query) => query.isError),
  };
  return (
    <div className={classes(isTv && "fixed inset-0 z-50 overflow-y-auto bg-canvas px-4 pt-2")}>
      <PageHeader
        title={text.title}
        description={
          <span className={classes("flex flex-wrap items-center gap-2", isTv && "text-lg")}>
            {queries.summary.data ? (
              <PlatformHealth health={queries.summary.data.health} age={age} />
            ) : (
              text.description
            )}
          </span>
        }
        actions={
          isTv ? (
            <span className="rounded border-2 border-stale px-2 py-1 text-lg text-stale">{text.tvBadge}</span>
          ) : (
            <>
              <label className="flex items-center gap-2 text-xs text-muted">
                {text.refresh}
                <Select
                  className="w-24"
                  value={every}
                  onChange={(event) => change({ every: event.target.value }, { replace: true })}
                >
                  {REFRESHES.map((seconds) => (
                    <option key={seconds} value={seconds}>
                      {text.seconds(seconds)}
                    </option>
                  ))}
                </Select>
              </label>
              {!onWall && (
                <Can permission="operator.keys:manage">
                  <Button asChild>
                    <Link to="/operator/settings?tab=keys&new=noc">{text.toWall}</Link>
                  </Button>
                </Can>
              )}
              <Button onClick={toggle} aria-keyshortcuts="f">
                <MonitorUp aria-hidden className="size-4" />
                {text.tv}
              </Button>
            </>
          )
        }
      />
      <Aging age={age}>
        <QueryState query={queries.summary} skeletonRows={4}>
          {({ gauges }) => <Gauges gauges={gauges} scale={scale} isTv={isTv} />}
        </QueryState>
        <QueryState query={queries.series} skeletonRows={4}>
          {({ charts, ...range }) => <Charts charts={charts} range={range} scale={scale} isTv={isTv} />}
        </QueryState>
        <QueryState query={queries.topology} skeletonRows={4}>
          {({ components, connectors }) => <Topology components={components} connectors={connectors} isTv={isTv} />}
        </QueryState>
        <div className="grid items-start gap-3 xl:grid-cols-2">
          <QueryState query={queries.heatmap} skeletonRows={6}>
            {({ cells, timezone }) => <Heatmap cells={cells} timezone={timezone} scale={scale} isTv={isTv} />}
          </QueryState>
          <QueryState query={queries.events} skeletonRows={6}>
            {({ events: happenings }) => <Feed events={happenings} isTv={isTv} />}
          </QueryState>
        </div>
      </Aging>
    </div>
  );
}

interface Age {
  /** Milliseconds of the oldest of the reads; 0 before all have come. */
  readAt: number;
  every: Refresh;
  hasFailed: boolean;
}

/** What is to be said of numbers that are no longer so; undefined while they are. */
function useStaleness({ readAt, every, hasFailed }: Age): string | undefined {
  const now = useNow(5000);
  if (readAt === 0) return hasFailed ? text.never : undefined;
  return now - readAt < MISSED_READS * every * 1000 ? undefined : text.stale(relativeTime(readAt, now));
}

function PlatformHealth({ health, age }: { health: HealthLevel; age: Age }): ReactNode {
  const isStale = useStaleness(age) !== undefined;
  const now = useNow();
  return (
    <>
      {isStale ? text.platformWas : text.platform}{" "}
      <HealthLabel health={health} className={isStale ? "grayscale" : undefined} />
      {age.readAt > 0 && <span>{componentText.asOf(relativeTime(age.readAt, now))}</span>}
    </>
  );
}

/** Says in words that what is shown is no longer so, and takes its colours: nothing old looks well. Nothing blinks. */
function Aging({ age, children }: { age: Age; children: ReactNode }): ReactNode {
  const staleness = useStaleness(age);
  return (
    <>
      {staleness !== undefined && (
        <p
          role="alert"
          className="mb-3 rounded-md border-2 border-stale bg-surface px-3 py-2 text-lg font-medium text-stale"
        >
          {staleness}
        </p>
      )}
      <div className={classes("space-y-3", staleness !== undefined && "grayscale")}>{children}</div>
    </>
  );
}
