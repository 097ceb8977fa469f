import { useCallback, type ReactNode } from "react";
import { EChart, type ChartColours } from "@/components/EChart";
import { Panel } from "@/components/Panel";
import { count, metricValue, percent } from "@/lib/numbers";
import { gaugeOption } from "./options";
import type { Gauge, Summary } from "./queries";
import { gaugeWords, text } from "./text";

const NAMES = ["fleet_online", "ingest_rate", "open_alerts", "database_connections"] as const;

export function Gauges({ gauges, scale }: { gauges: Summary["gauges"]; scale: number }): ReactNode {
  return (
    <section aria-label={text.gauges} className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
      {NAMES.map((name) => (
        <OneGauge key={name} name={gaugeWords[name]} gauge={gauges[name]} scale={scale} />
      ))}
    </section>
  );
}

function OneGauge({ name, gauge, scale }: { name: string; gauge: Gauge; scale: number }): ReactNode {
  const option = useCallback((colours: ChartColours) => gaugeOption(gauge, colours, scale), [gauge, scale]);
  const value = valueWords(gauge);
  return (
    <Panel>
      <div className="relative">
        <EChart
          label={text.valueOf(name, value)}
          option={option}
          className={scale > 1 ? "h-[16vh] min-h-36" : "h-32"}
        />
        <p
          aria-hidden
          className={`tabular absolute inset-x-0 top-[42%] text-center font-semibold ${scale > 1 ? "text-5xl" : "text-2xl"}`}
        >
          {gauge.value === null ? "–" : value}
        </p>
      </div>
      <p className={`text-center ${scale > 1 ? "text-2xl" : "text-sm text-muted"}`}>
        {name}
        {gauge.value === null && <span className="block text-xs text-stale">{text.unmeasured}</span>}
      </p>
    </Panel>
  );
}

function valueWords({ value, unit }: Gauge): string {
  if (value === null) return text.unmeasured;
  if (unit === "%") return percent(value);
  return unit === "alerts"
    ? count(value)
    : `${metricValue(Number(value.toPrecision(3)))} ${unit.replace("messages", "")}`;
}
