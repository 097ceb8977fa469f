import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { AsOf } from "@/components/AsOf";
import { SelectFilter } from "@/components/SelectFilter";
import { LineChart } from "@/components/LineChart";
import { Filters } from "@/components/ListPage";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { useSearchState } from "@/lib/useSearchState";
import { sentenceCase } from "@/lib/words";
import { RangeSelect } from "../RangeSelect";
import { rangeIn, type RangeName } from "../ranges";
import { GROUPS, type GroupName } from "./groups";
import { highest, newestOf } from "./curves";
import { metricMeanings, metricSeries, type Curve, type SystemMetricMeaning } from "./queries";
import { text } from "./text";

const OFFERED: readonly RangeName[] = ["1h", "6h", "24h", "7d", "30d", "90d"];
const NAMES = Object.keys(GROUPS) as GroupName[];

/** What was measured, a chart for each metric of a group. */
export function MetricsView(): ReactNode {
  const { one, change } = useSearchState();
  const group = NAMES.find((name) => name === one("group")) ?? "ingest";
  const range = rangeIn(one("range"), OFFERED, "6h");
  const meanings = useQuery(metricMeanings);
  const series = useQuery(metricSeries(GROUPS[group], range));
  return (
    <>
      <Filters>
        <SelectFilter
          label={text.group}
          any={text.groups.ingest}
          options={NAMES.filter((name) => name !== "ingest").map((name) => [name, text.groups[name]])}
          value={group === "ingest" ? undefined : group}
          onChange={(chosen) => change({ group: chosen }, { replace: true })}
        />
        <RangeSelect
          label={text.range}
          offered={OFFERED}
          value={range}
          onChange={(chosen) => change({ range: chosen }, { replace: true })}
        />
        <span className="ml-auto">
          <AsOf query={series} />
        </span>
      </Filters>
      <QueryState query={meanings} skeletonRows={8}>
        {({ items }) => (
          <QueryState query={series} skeletonRows={8}>
            {({ curves, start, end }) => (
              <div className="grid items-start gap-3 xl:grid-cols-2">
                {GROUPS[group].map((metric) => {
                  const meaning = items.find((item) => item.metric === metric);
                  return meaning && <MetricPanel key={metric} meaning={meaning} all={curves} start={start} end={end} />;
                })}
              </div>
            )}
          </QueryState>
        )}
      </QueryState>
    </>
  );
}

interface MetricPanelProps {
  meaning: SystemMetricMeaning;
  /** Of every metric that was asked for. */
  all: readonly Curve[];
  start: string;
  end: string;
}

function MetricPanel({ meaning, all, start, end }: MetricPanelProps): ReactNode {
  const curves = useMemo(() => all.filter((curve) => curve.metric === meaning.metric), [all, meaning.metric]);
  const shown = useMemo(() => highest(curves), [curves]);
  const lines = useMemo(
    () =>
      shown.map(({ subject, points }) => ({
        name: subject === "" ? meaning.unit : sentenceCase(subject),
        unit: null,
        points: points.map(({ time, value }) => [new Date(time).getTime(), value] as const),
      })),
    [shown, meaning.unit],
  );
  return (
    <Panel
      title={meaning.help}
      aside={
        <span className="text-xs text-muted">
          {meaning.unit}
          {shown.length < curves.length && ` · ${text.highest(shown.length, curves.length)}`}
        </span>
      }
    >
      {lines.length === 0 ? (
        <p className="grid h-40 place-items-center text-sm text-muted">{text.nothingYet}</p>
      ) : (
        <LineChart
          lines={lines}
          start={new Date(start).getTime()}
          end={new Date(end).getTime()}
          label={text.chartOf(meaning.help, newestOf(shown))}
          height={180}
        />
      )}
    </Panel>
  );
}
