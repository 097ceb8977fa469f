import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { api, ask } from "@/api/client";
import type { DeviceDetail } from "@/api/types";
import { AsOf } from "@/components/AsOf";
import { Button } from "@/components/Button";
import { Select } from "@/components/Form";
import { LineChart, type Line } from "@/components/LineChart";
import { FilterMenu } from "@/components/Menu";
import { Panel } from "@/components/Panel";
import { EmptyState, QueryState } from "@/components/States";
import { Moment } from "@/components/Time";
import { toast } from "@/components/toast";
import { saveFile } from "@/lib/download";
import { useSearchState } from "@/lib/useSearchState";
import { useLiveReadings } from "@/live/LiveProvider";
import { deviceSeries, HISTORY_RANGES, type Span } from "../queries";
import { text } from "../text";
import { byUnit, rangeWithData } from "./telemetry";

const MOST_METRICS = 10;
const FIRST_METRICS = 2;

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
  const [firstRange] = useState(() => rangeWithData(newest, Date.now()));
  const range = HISTORY_RANGES.find((name) => name === one("range")) ?? firstRange;
  const [span, setSpan] = useState<Span | null>(null);
  const query = useQuery(deviceSeries(device.device_id, metrics, range, span));
  const live = useLiveReadings(device.device_id);
  const history = query.data;

  // What was heard since the read is drawn at its end, while the whole range up to now is looked at.
  const lines = useMemo<Line[]>(
    () =>
      (history?.series ?? []).map(({ metric, unit, points }) => {
        const line = points.map(({ time, avg }) => [new Date(time).getTime(), avg] as const);
        const heard = span === null ? live[metric] : undefined;
        const at = heard && new Date(heard.time).getTime();
        const isNewer = at !== undefined && at > (line.at(-1)?.[0] ?? 0);
        return { name: metric, unit, points: isNewer ? [...line, [at, Number(heard?.value)] as const] : line };
      }),
    [history, live, span],
  );
  const panels = useMemo(() => byUnit(lines), [lines]);
  const end = Math.max(
    history ? new Date(history.end).getTime() : 0,
    ...(span ? [] : lines.map((line) => line.points.at(-1)?.[0] ?? 0)),
  );

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
            className="w-24"
            value={range}
            onChange={(event) => {
              setSpan(null);
              change({ range: event.target.value }, { replace: true });
            }}
          >
            {HISTORY_RANGES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
          {span !== null && <Button onClick={() => setSpan(null)}>{text.wholeRange}</Button>}
        </span>
      }
      aside={
        <span className="flex items-center gap-2">
          <AsOf query={query} />
          <ExportButton deviceId={device.device_id} metrics={metrics} range={range} />
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
                  label={text.chart(device.name || device.device_id, panel.map(({ name }) => name).join(", "))}
                  lines={panel}
                  start={new Date(data.start).getTime()}
                  end={end}
                  height={panels.length === 1 ? 320 : 200}
                  onZoom={(from, to) =>
                    setSpan({ start: new Date(from).toISOString(), end: new Date(to).toISOString() })
                  }
                />
              ))}
            </div>
            <p className="mt-2 text-xs text-muted">
              {text.bucket(data.bucket_seconds)}. {text.chartHint}
            </p>
          </>
        )}
      </QueryState>
    </Panel>
  );
}

interface ExportProps {
  deviceId: string;
  metrics: readonly string[];
  range: (typeof HISTORY_RANGES)[number];
}

function ExportButton({ deviceId, metrics, range }: ExportProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const download = async (): Promise<void> => {
    setBusy(true);
    try {
      const csv = await ask(
        api.GET("/customer/devices/{device_id}/telemetry/export", {
          params: { path: { device_id: deviceId }, query: { metric: [...metrics], range } },
          parseAs: "text",
        }),
      );
      saveFile(`${deviceId}_telemetry_${range}.csv`, csv, "text/csv");
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="small" busy={busy} onClick={() => void download()}>
      <Download aria-hidden className="size-3.5" />
      {busy ? text.exporting : text.exportCsv}
    </Button>
  );
}
