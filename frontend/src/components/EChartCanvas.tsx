/** ECharts in a component; loaded through EChart alone. */
import { GaugeChart, HeatmapChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use as register, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, type ReactNode } from "react";
import { usePreferences } from "@/lib/preferences";
import type { ChartColours, EChartProps } from "./EChart";

register([
  CanvasRenderer,
  GaugeChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  TooltipComponent,
  VisualMapComponent,
]);

const NAMES = ["ink", "muted", "line", "surface", "raised", "accent", "online", "stale", "offline"] as const;

export default function EChartCanvas({ option }: EChartProps): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const isDark = usePreferences((state) => state.isDark);

  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    const made = init(element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    if (container.current === null) return;
    const style = getComputedStyle(container.current);
    const colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`)]));
    chart.current?.setOption({ animation: false, ...option(colours as Record<keyof ChartColours, string>) }, true);
  }, [option, isDark]);

  return <div ref={container} className="size-full" />;
}
