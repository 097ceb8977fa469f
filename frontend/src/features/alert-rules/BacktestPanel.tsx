import type { ColumnDef } from "@tanstack/react-table";
import { FlaskConical } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import type { Schemas } from "@/api/types";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Select } from "@/components/Form";
import { FormProblem } from "@/components/FormProblem";
import { Gantt } from "@/components/Gantt";
import { Facts, Panel } from "@/components/Panel";
import { EmptyState, Skeleton } from "@/components/States";
import { Moment } from "@/components/Time";
import { count } from "@/lib/numbers";
import { sentenceOf } from "@/lib/problem";
import { useTimeZone } from "@/lib/preferences";
import { DAY, HOUR, longDuration, shortTime } from "@/lib/time";
import { definitionOf, type RuleForm } from "./definition";
import { useBacktest } from "./queries";
import { backtestText as text } from "./text";

type Backtest = Schemas["Backtest"];
type Trial = Schemas["BacktestAlert"] & Pick<Schemas["BacktestDevice"], "device_id" | "device_name">;

const MOST_DEVICES = 20;
const MOST_ALERTS = 50;
/** More alerts a day than this and people stop looking. */
const NOISY_PER_DAY = 20;
/** Of less, nobody can say how many there are in a day. */
const SHORTEST_TO_TELL = HOUR;

/** The rule as it stands in the form, tried on what has been sent. */
export function BacktestPanel(): ReactNode {
  const form = useFormContext<RuleForm>();
  const values = useWatch({ control: form.control });
  const [days, setDays] = useState(7);
  const [tried, setTried] = useState<string>();
  const trial = useBacktest();
  const current = JSON.stringify([values.criterion, values.scope, values.message, days]);
  const run = async (): Promise<void> => {
    // A name is needed to save the rule, not to try it.
    if (!(await form.trigger(["criterion", "scope", "message"], { shouldFocus: true }))) return;
    setTried(current);
    const rule = form.getValues();
    const end = new Date();
    trial.mutate({
      rule: definitionOf({ ...rule, name: rule.name.trim() || text.unnamed }),
      start: new Date(end.getTime() - days * DAY).toISOString(),
      end: end.toISOString(),
    });
  };
  return (
    <Panel
      title={text.title}
      aside={
        <div className="flex items-center gap-2 py-1">
          <label htmlFor="backtest-period" className="text-xs text-muted">
            {text.period}
          </label>
          <Select
            id="backtest-period"
            className="h-7 w-28 text-xs"
            value={days}
            onChange={(event) => setDays(Number(event.target.value))}
          >
            {text.periods.map(([length, name]) => (
              <option key={length} value={length}>
                {name}
              </option>
            ))}
          </Select>
          <Button size="small" busy={trial.isPending} onClick={() => void run()}>
            <FlaskConical aria-hidden className="size-3.5" />
            {trial.data ? text.again : text.run}
          </Button>
        </div>
      }
    >
      {trial.isPending ? (
        <Skeleton rows={6} />
      ) : trial.data ? (
        <div className="space-y-3">
          {tried !== current && (
            <p role="status" className="rounded-md border border-stale/40 px-2 py-1 text-sm text-stale">
              {text.changed}
            </p>
          )}
          <Result result={trial.data} />
        </div>
      ) : (
        <div className="space-y-3">
          <FormProblem message={trial.error ? sentenceOf(trial.error) : undefined} />
          <EmptyState title={text.title}>{text.intro}</EmptyState>
        </div>
      )}
    </Panel>
  );
}

function Result({ result }: { result: Backtest }): ReactNode {
  const timeZone = useTimeZone();
  const start = new Date(result.start).getTime();
  const end = new Date(result.end).getTime();
  const known = result.first_sample_at === null ? start : new Date(result.first_sample_at).getTime();
  const perDay = (result.alerts * DAY) / (end - known);
  const isTold = result.alerts > 0 || result.first_sample_at !== null;
  const unsent =
    result.metrics_unsent.length > 0 ? text.unsent(result.metrics_unsent, result.devices_evaluated) : undefined;
  const since = known - start > HOUR ? shortTime(known, timeZone) : undefined;
  const rate = end - known < SHORTEST_TO_TELL ? text.tooEarly(shortTime(known, timeZone)) : text.rate(perDay, since);
  const lasted = (alert: Schemas["BacktestAlert"]): string => {
    const length = longDuration(alertEnd(alert, end) - new Date(alert.opened_at).getTime());
    return alert.closed_at === null ? `${length}, ${text.stillOpen}` : length;
  };
  const busiest = [...result.devices].sort((a, b) => b.alerts.length - a.alerts.length);
  const shown = busiest.slice(0, MOST_DEVICES);
  const alerts: Trial[] = result.devices
    .flatMap((device) =>
      device.alerts.map((alert) => ({ ...alert, device_id: device.device_id, device_name: device.device_name })),
    )
    .sort((a, b) => b.opened_at.localeCompare(a.opened_at));
  const columns: ColumnDef<Trial>[] = [
    { id: "opened", header: text.columns.opened, cell: ({ row }) => <Moment time={row.original.opened_at} /> },
    { id: "device", header: text.columns.device, cell: ({ row }) => nameOf(row.original) },
    { id: "lasted", header: text.columns.lasted, cell: ({ row }) => lasted(row.original) },
    { id: "summary", header: text.columns.summary, cell: ({ row }) => row.original.summary },
  ];
  return (
    <>
      <code className="block font-mono text-xs">{result.condition}</code>
      <Facts
        facts={[
          [text.alerts, <strong key="alerts">{count(result.alerts)}</strong>],
          [text.devices, count(result.devices.length)],
          [text.perDay, isTold ? rate : text.noRate],
          [text.looked, text.lookedAt(result.devices_evaluated, result.samples_evaluated)],
        ]}
      />
      {result.truncated !== null && <p className="text-sm text-stale">{result.truncated}</p>}
      {perDay > NOISY_PER_DAY && end - known >= SHORTEST_TO_TELL && <p className="text-sm text-stale">{text.noise}</p>}
      {isTold && unsent !== undefined && <p className="text-sm text-stale">{unsent}</p>}
      {!isTold ? (
        <EmptyState title={text.untold}>{unsent ?? text.noEvidence}</EmptyState>
      ) : result.alerts === 0 ? (
        <EmptyState title={text.none}>{text.noneDetail(result.devices_evaluated)}</EmptyState>
      ) : (
        <>
          <Gantt
            label={text.chart}
            start={start}
            end={end}
            rows={shown.map((device) => ({
              key: device.device_id,
              name: nameOf(device),
              label: nameOf(device),
              bars: device.alerts.map((alert) => ({
                key: alert.opened_at,
                start: new Date(alert.opened_at).getTime(),
                end: alertEnd(alert, end),
                label: text.bar(nameOf(device), shortTime(alert.opened_at, timeZone), text.open(lasted(alert))),
                paint: alert.closed_at === null ? "bg-critical" : "bg-critical/70",
              })),
            }))}
          />
          {busiest.length > shown.length && (
            <p className="text-xs text-muted">{text.moreDevices(busiest.length - shown.length)}</p>
          )}
          <details>
            <summary className="cursor-pointer text-sm font-medium">{text.list}</summary>
            <DataTable
              label={text.list}
              columns={columns}
              rows={alerts.slice(0, MOST_ALERTS)}
              rowId={(alert) => `${alert.device_id} ${alert.opened_at}`}
            />
            {alerts.length > MOST_ALERTS && (
              <p className="px-3 py-2 text-xs text-muted">{text.showFirst(MOST_ALERTS, alerts.length)}</p>
            )}
          </details>
        </>
      )}
    </>
  );
}

function nameOf({ device_name, device_id }: Pick<Schemas["BacktestDevice"], "device_id" | "device_name">): string {
  return device_name || device_id;
}

function alertEnd(alert: Schemas["BacktestAlert"], end: number): number {
  return alert.closed_at === null ? end : new Date(alert.closed_at).getTime();
}
