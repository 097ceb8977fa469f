import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import type { DeviceDetail } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { Select } from "@/components/Form";
import { LineChart, type Line } from "@/components/LineChart";
import { FilterMenu } from "@/components/Menu";
import { Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { ZoomButtons } from "@/components/ZoomButtons";
import { useTimeZone } from "@/lib/preferences";
import { MINUTE, SECOND, timeSpan } from "@/lib/time";
import { useSearchState } from "@/lib/useSearchState";
import { useLiveReadings } from "@/live/LiveProvider";
import { deviceSeries, HISTORY_RANGES, MOST_METRICS } from "../queries";
import { text } from "../text";
import { ExportButton } from "./ExportButton";
import { historyLine } from "./historyLine";
import { byUnit, lengthOf, lineInWords, rangeWithData, spanIn } from "./telemetry";

const FIRST_METRICS = 2;
/** What the choice of a range says while a part of the time is shown. */
const CUSTOM = "custom";
const WHOLE = { start: null, end: null };

export function TelemetryTab({ device }: { device: DeviceDetail }): ReactNode {
  const { one, many, change } = useSearchState();
  const known = device.metrics.map(({ metric }) => metric);
  const chosen = many("metric").filter((metric) => known.includes(metric));
  const numbers = device.metrics.filter(({ value }) => typeof value === "number").map(({ metric }) => metric);
  const metrics = chosen.length > 0 ? chosen : (numbers.length > 0 ? numbers : known).slice(0, FIRST_METRICS);
  const newest = device.metrics
    .map(({ time }) => time)
    .sort()
    .at(-1);
  // As it was when the tab was opened: a range that changes by itself would take the chart away.
  const [firstRange] = useState(() => rangeWithData(newest, device.created_at, Date.now()));
  const range = HISTORY_RANGES.find((name) => name === one("range")) ?? firstRange;
  const [start, stop] = [one("start"), one("end")];
  const span = useMemo(() => spanIn(start, stop), [start, stop]);
  const timeZone = useTimeZone();
  const query = useQuery(deviceSeries(device.device_id, metrics, range, span));
  const live = useLiveReadings(device.device_id);
  const history = query.data;

  // What was heard since the read is drawn at its end, while the whole range up to now is looked at.
  const expected = device.expected_interval.seconds * SECOND;
  const lines = useMemo<Line[]>(() => {
    if (history === undefined) return [];
    const read = { bucket: history.bucket_seconds * SECOND, expected, until: new Date(history.end).getTime() };
    return history.series.map((series) => historyLine(series, read, span === null ? live[series.metric] : undefined));
  }, [history, expected, live, span]);
  const panels = useMemo(() => byUnit(lines), [lines]);
  const end = Math.max(
    history ? new Date(history.end).getTime() : 0,
    ...(span ? [] : lines.map((line) => line.points.at(-1)?.[0] ?? 0)),
  );

  const look = (from: number, to: number): void => {
    const isWhole = to - from >= lengthOf(range) && to >= Date.now() - MINUTE;
    change(isWhole ? WHOLE : { start: new Date(from).toISOString(), end: new Date(to).toISOString() });
  };

  if (known.length === 0) return <EmptyState title={text.valuesNone}>{text.valuesNoneDetail}</EmptyState>;
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2 font-normal">
          <FilterMenu
            label={text.metrics}
            chosen={metrics}
            onChange={(next) => change({ metric: next.slice(0, MOST_METRICS) }, { replace: true })}
            options={known.map((metric) => ({ value: metric, label: metric }))}
          />
          <Select
            aria-label={text.range}
            className="w-28"
            value={span === null ? range : CUSTOM}
            // From a part of the time there is a way back, to it.
            onChange={(event) => change({ range: event.target.value, ...WHOLE }, { replace: span === null })}
          >
            {span !== null && <option value={CUSTOM}>{text.customRange}</option>}
            {HISTORY_RANGES.map((name) => (
              <option key={name} value={name}>
                {text.ranges[name]}
              </option>
            ))}
          </Select>
          {history && (
            <ZoomButtons
              shown={{ start: new Date(history.start).getTime(), end }}
              onZoom={(next) => look(next.start, next.end)}
            />
          )}
          {span !== null && <Button onClick={() => change(WHOLE)}>{text.wholeRange}</Button>}
        </span>
      }
      aside={
        <span className="flex items-center gap-2">
          <AsOf query={query} />
          <ExportButton deviceId={device.device_id} metrics={metrics} period={span ?? { range }} />
        </span>
      }
    >
      <QueryState query={query} skeletonRows={6}>
        {(data) => (
          <>
            {lines.every((line) => line.points.length === 0) && newest !== undefined && (
              <p role="status" className="mb-3 text-sm">
                {text.nothingThen} <Moment time={newest} long />
              </p>
            )}
            <div className="grid gap-4">
              {panels.map((panel) => (
                <LineChart
                  key={panel.map(({ name }) => name).join(" ")}
                  label={text.chart(device.name || device.device_id, panel.map(lineInWords).join("; "))}
                  lines={panel}
                  start={new Date(data.start).getTime()}
                  end={end}
                  height={panels.length === 1 ? 320 : 200}
                  onZoom={look}
                />
              ))}
            </div>
            <p className="mt-2 text-xs text-muted">
              {span !== null && `${timeSpan(span.start, span.end, timeZone)}. `}
              {text.bucket(
                data.bucket_seconds,
                lines.some(({ extremes }) => extremes !== undefined),
              )}{" "}
              {text.chartHint}
            </p>
          </>
        )}
      </QueryState>
    </Panel>
  );
}
