import { useCallback, type ReactNode } from "react";
import { EChart, type ChartColours } from "@/components/EChart";
import { Panel } from "@/components/Panel";
import { metricValue } from "@/lib/numbers";
import { useTimeZone } from "@/lib/preferences";
import { areaOption, type Range } from "./options";
import type { NocChart } from "./queries";
import { chartWords, curveName, text } from "./text";

interface ChartsProps {
  charts: readonly NocChart[];
  range: Range;
  scale: number;
  isTv: boolean;
}

export function Charts({ charts, ...drawn }: ChartsProps): ReactNode {
  return (
    <section aria-label={text.charts} className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
      {charts.map((chart) => (
        <AreaChart key={chart.chart} chart={chart} {...drawn} />
      ))}
    </section>
  );
}

function AreaChart({ chart, range, scale, isTv }: Omit<ChartsProps, "charts"> & { chart: NocChart }): ReactNode {
  const timeZone = useTimeZone();
  const option = useCallback(
    (colours: ChartColours) => areaOption(chart, range, colours, { timeZone, scale }),
    [chart, range, timeZone, scale],
  );
  const newest = chart.curves.flatMap((curve) => {
    const last = curve.points.at(-1);
    return last === undefined ? [] : [`${curveName(curve)} ${metricValue(last.value)}`];
  });
  return (
    <Panel title={chartWords[chart.chart]}>
      {newest.length === 0 ? (
        <p className="grid h-40 place-items-center text-sm text-muted">{text.nothingYet}</p>
      ) : (
        <EChart
          label={text.chartOf(chartWords[chart.chart], newest.join(", "))}
          option={option}
          className={isTv ? "h-24" : "h-40"}
        />
      )}
    </Panel>
  );
}
