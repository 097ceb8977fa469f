/** uPlot in a component; loaded through LineChart alone. */
import { useEffect, useRef, type ReactNode } from "react";
import UPlot, { type AlignedData, type Options } from "uplot";
import "uplot/dist/uPlot.min.css";
import { usePreferences, useTimeZone } from "@/lib/preferences";
import { metricValue } from "@/lib/numbers";
import { axisTime, fullTime } from "@/lib/time";
import type { Line, LineChartProps } from "./LineChart";

/** Told apart by hue and by dash, in both themes. */
const COLOURS = [
  "#0d9488",
  "#7c3aed",
  "#d97706",
  "#2563eb",
  "#db2777",
  "#65a30d",
  "#dc2626",
  "#0891b2",
  "#9333ea",
  "#57534e",
];
const DASHES: readonly number[][] = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
const SECOND = 1000;

export default function Plot({ lines, start, end, onZoom, label, height = 260 }: LineChartProps): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  const zoom = useRef(onZoom);
  const timeZone = useTimeZone();
  const isDark = usePreferences((state) => state.isDark);
  useEffect(() => {
    zoom.current = onZoom;
  }, [onZoom]);

  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const ink = style.getPropertyValue("--muted");
    const grid = style.getPropertyValue("--line");
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const options: Options = {
      width: element.clientWidth,
      height,
      tzDate: (seconds) => UPlot.tzDate(new Date(seconds * SECOND), timeZone),
      scales: { x: { time: true, range: () => [start / SECOND, end / SECOND] } },
      axes: [
        {
          ...axis,
          space: 90,
          values: (_plot, seconds) => seconds.map((at) => axisTime(at * SECOND, end - start, timeZone)),
        },
        { ...axis, size: 56 },
      ],
      cursor: { drag: { x: zoom.current !== undefined, y: false, setScale: false } },
      series: [
        { label: "Time", value: (_plot, at: number | null) => (at === null ? "–" : fullTime(at * SECOND, timeZone)) },
        ...lines.map(seriesOf),
      ],
      hooks: {
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 4) return;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            zoom.current?.(plot.posToVal(left, "x") * SECOND, plot.posToVal(left + width, "x") * SECOND);
          },
        ],
      },
    };
    const plot = new UPlot(options, aligned(lines), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [lines, start, end, height, timeZone, isDark]);

  return (
    <div
      ref={container}
      role="img"
      aria-label={label}
      className="min-w-0 overflow-hidden text-xs [&_.u-legend]:text-xs [&_.u-legend]:text-muted [&_.u-legend_th]:font-medium"
    />
  );
}

function seriesOf(line: Line, index: number): UPlot.Series {
  return {
    label: line.unit ? `${line.name} (${line.unit})` : line.name,
    stroke: COLOURS[index % COLOURS.length] ?? "#0d9488",
    width: 1.6,
    dash: [...(DASHES[index % DASHES.length] ?? [])],
    spanGaps: false,
    points: { show: line.points.length < 60, size: 4 },
    value: (_plot, value: number | null) => (value === null ? "–" : metricValue(value)),
  };
}

/** uPlot wants one axis of times for all lines. */
function aligned(lines: readonly Line[]): AlignedData {
  const times = [...new Set(lines.flatMap((line) => line.points.map(([time]) => time)))].sort((a, b) => a - b);
  const columns = lines.map((line) => {
    const values = new Map(line.points);
    return times.map((time) => values.get(time) ?? null);
  });
  return [times.map((time) => time / SECOND), ...columns];
}
