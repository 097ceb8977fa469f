import { useCallback, type ReactNode } from "react";
import { EChart, type ChartColours } from "@/components/EChart";
import { Panel } from "@/components/Panel";
import { classes } from "@/lib/classes";
import { count, metricValue } from "@/lib/numbers";
import { gaugeOption } from "./options";
import type { Gauge, Summary } from "./queries";
import { gaugeWords, text } from "./text";

const NAMES = ["fleet_online", "ingest_rate", "open_alerts", "database_connections"] as const;

interface GaugesProps {
  gauges: Summary["gauges"];
  scale: number;
  isTv: boolean;
}

export function Gauges({ gauges, ...drawn }: GaugesProps): ReactNode {
  return (
    <section aria-label={text.gauges} className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
      {NAMES.map((name) => (
        <OneGauge key={name} name={gaugeWords[name]} gauge={gauges[name]} {...drawn} />
      ))}
    </section>
  );
}

interface OneGaugeProps {
  name: string;
  gauge: Gauge;
  scale: number;
  isTv: boolean;
}

function OneGauge({ name, gauge, scale, isTv }: OneGaugeProps): ReactNode {
  const option = useCallback((colours: ChartColours) => gaugeOption(gauge, colours, scale), [gauge, scale]);
  const [number, unit] = valueWords(gauge);
  return (
    <Panel>
      <div className="relative">
        <EChart
          label={text.valueOf(name, gauge.value === null ? text.unmeasured : `${number} ${unit}`.trim())}
          option={option}
          className={isTv ? "h-24" : "h-32"}
        />
        {/* In the middle of the ring, which is as high as the screen lets it be: so is the number within it. */}
        <p aria-hidden className="absolute inset-x-0 top-[58%] -translate-y-1/2 text-center leading-tight">
          <span className="tabular block text-2xl font-semibold">{number}</span>
          {unit !== "" && <span className={classes("block text-muted", isTv ? "text-base" : "text-xs")}>{unit}</span>}
          {/* Within the ring, so that the panel stays as high as its neighbours and a wall as high as its screen. */}
          {gauge.value === null && <span className="block text-xs text-stale">{text.unmeasured}</span>}
        </p>
      </div>
      <p className={classes("text-center", isTv ? "text-lg" : "text-sm text-muted")}>{name}</p>
    </Panel>
  );
}

/** The number, and what it counts where its name doesn't say so. */
function valueWords({ value, unit }: Gauge): [number: string, unit: string] {
  if (value === null) return ["–", ""];
  if (unit === "%") return [metricValue(Number(value.toFixed(2))), "%"];
  if (unit === "alerts") return [count(value), ""];
  return [metricValue(Number(value.toPrecision(3))), unit.replace("messages", "")];
}
