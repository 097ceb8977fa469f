/** uPlot in a component; loaded through LineChart alone. */
import { useEffect, useRef, type ReactNode, type RefObject } from "react";
import UPlot, { type AlignedData, type Options } from "uplot";
import "uplot/dist/uPlot.min.css";
import { usePreferences, useTimeZone } from "@/lib/preferences";
import { metricValue } from "@/lib/numbers";
import { axisTime, fullTime } from "@/lib/time";
import { axisWidth, sharedUnit, ticksIn } from "./axis";
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
const SPARSE = 60;

export default function Plot({ lines, start, end, onZoom, label, height = 260 }: LineChartProps): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(null);
  const shown = useRef<Shown>({ lines, start, end, height, zoom: onZoom });
  const hidden = useRef(new Set<string>());
  const timeZone = useTimeZone();
  const isDark = usePreferences((state) => state.isDark);
  const shape = shapeOf(lines);
  const canZoom = onZoom !== undefined;

  // A value that is heard is drawn into the chart that is there: a new one would forget what is pointed at and hidden.
  useEffect(() => {
    const { height: before } = shown.current;
    Object.assign(shown.current, { lines, start, end, height });
    const plot = chart.current;
    if (plot === null || container.current === null) return;
    if (before !== height) plot.setSize({ width: container.current.clientWidth, height });
    plot.setData(aligned(lines));
  }, [lines, start, end, height]);
  useEffect(() => {
    shown.current.zoom = onZoom;
  }, [onZoom]);

  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    const options = optionsOf(shown, { element, timeZone, canZoom, hidden: hidden.current });
    const plot = new UPlot(options, aligned(shown.current.lines), element);
    chart.current = plot;
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: shown.current.height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
    // The theme's colours are read from the page.
  }, [shape, timeZone, isDark, canZoom]);

  return (
    <div
      ref={container}
      role="img"
      aria-label={label}
      className="min-w-0 overflow-hidden text-xs [&_.u-edge]:hidden! [&_.u-legend]:text-left! [&_.u-legend]:text-xs! [&_.u-legend]:text-muted [&_.u-legend_.u-series:first-child_th]:hidden! [&_.u-legend_th]:font-normal!"
    />
  );
}

/** What the chart asks for each time it draws. */
interface Shown extends Pick<LineChartProps, "lines" | "start" | "end"> {
  height: number;
  zoom: LineChartProps["onZoom"];
}

/** What a chart is made of; another one is another chart. Values and times are put into the one that is there. */
function shapeOf(lines: readonly Line[]): string {
  return JSON.stringify(lines.map(({ name, unit, extremes }) => [name, unit, extremes !== undefined]));
}

interface Frame {
  element: HTMLElement;
  timeZone: string;
  canZoom: boolean;
  /** Names of lines that somebody has switched off, which a chart that is made anew keeps. */
  hidden: Set<string>;
}

function optionsOf(shown: RefObject<Shown>, { element, timeZone, canZoom, hidden }: Frame): Options {
  const style = getComputedStyle(element);
  const ink = style.getPropertyValue("--muted");
  const grid = style.getPropertyValue("--line");
  const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const { lines, height } = shown.current;
  const edges = edgesOf(lines);
  const unit = sharedUnit(lines);
  const isShown = (index: number): boolean => !hidden.has(lines[index]?.name ?? "");
  return {
    width: element.clientWidth,
    height,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * SECOND), timeZone),
    scales: { x: { time: true, range: () => [shown.current.start / SECOND, shown.current.end / SECOND] } },
    axes: [
      {
        ...axis,
        space: 90,
        values: (_plot, seconds, _axis, _space, step) =>
          seconds.map((at) => axisTime(at * SECOND, shown.current.end - shown.current.start, timeZone, step * SECOND)),
      },
      {
        ...axis,
        values: (_plot, values) => ticksIn(values, unit),
        size: (_plot, ticks: readonly string[] | null) => axisWidth(ticks),
      },
    ],
    cursor: { drag: { x: canZoom, y: false, setScale: false } },
    series: [
      { label: "Time", value: (_plot, at: number | null) => (at === null ? "" : fullTime(at * SECOND, timeZone)) },
      ...lines.map((line, index) => ({ ...seriesOf(line, index, edges[index]), show: isShown(index) })),
      ...edges.flatMap((found, index) => {
        const edge = { ...EDGE, show: isShown(index) };
        return found === undefined ? [] : [edge, edge];
      }),
    ],
    bands: edges.flatMap((found, index) =>
      found === undefined ? [] : [{ series: [found.highest, found.lowest], fill: `${colourOf(index)}33` }],
    ),
    hooks: {
      setSeries: [
        (plot, index, { show }) => {
          const line = index === null ? undefined : lines[index - 1];
          if (index === null || line === undefined || show === undefined) return;
          if (show) hidden.delete(line.name);
          else hidden.add(line.name);
          const found = edges[index - 1];
          if (found === undefined) return;
          plot.setSeries(found.lowest, { show });
          plot.setSeries(found.highest, { show });
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          shown.current.zoom?.(plot.posToVal(left, "x") * SECOND, plot.posToVal(left + width, "x") * SECOND);
        },
      ],
    },
  };
}

interface Edges {
  lowest: number;
  highest: number;
}

/** An edge of a band: not a line of its own, neither on the chart nor in the legend. */
const EDGE: UPlot.Series = { class: "u-edge", points: { show: false } };

/** Which series are the edges of each line's band: they come behind all lines. */
function edgesOf(lines: readonly Line[]): (Edges | undefined)[] {
  let next = lines.length + 1;
  return lines.map(({ extremes }) => (extremes === undefined ? undefined : { lowest: next++, highest: next++ }));
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? "#0d9488";
}

function seriesOf(line: Line, index: number, edges: Edges | undefined): UPlot.Series {
  return {
    label: line.unit ? `${line.name} (${line.unit})` : line.name,
    stroke: colourOf(index),
    width: 1.6,
    dash: [...(DASHES[index % DASHES.length] ?? [])],
    spanGaps: false,
    points: {
      show: (plot, series) => isSparse(plot.data[series] ?? []),
      size: 4,
      filter: (plot, series, isShown) => (isShown ? null : lonely(plot.data[series] ?? [])),
    },
    value: (plot, value: number | null, _series, at) => {
      if (value === null) return "–";
      const [lowest, highest] = [edges?.lowest, edges?.highest].map((edge) => edge && plot.data[edge]?.[at ?? -1]);
      if (lowest == null || highest == null || lowest === highest) return metricValue(value);
      return `${metricValue(value)} (${metricValue(lowest)} to ${metricValue(highest)})`;
    },
  };
}

/** Of few values each is marked. */
function isSparse(values: ArrayLike<number | null | undefined>): boolean {
  return Array.from(values).filter((value) => value !== undefined).length < SPARSE;
}

/** Places of values between two gaps, which no line would show. */
function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const places = Array.from(values).flatMap((value, place) => (value === undefined ? [] : [{ value, place }]));
  return places
    .filter(
      ({ value }, at) =>
        value !== null && (places[at - 1]?.value ?? null) === null && (places[at + 1]?.value ?? null) === null,
    ) // prettier-ignore
    .map(({ place }) => place);
}

/** uPlot wants one axis of times for all lines; a time that is another line's alone breaks none (undefined, not null). */
function aligned(lines: readonly Line[]): AlignedData {
  const times = [...new Set(lines.flatMap((line) => line.points.map(([time]) => time)))].sort((a, b) => a - b);
  const columnOf = (values: ReadonlyMap<number, number | null>) => times.map((time) => values.get(time));
  const bands = lines.flatMap(({ points, extremes }) => {
    if (extremes === undefined) return [];
    const edge = (place: 1 | 2) =>
      // Where there are no extremes the band has what the line has: its gaps, and the value heard last.
      columnOf(new Map([...points, ...extremes.map((each) => [each[0], each[place]] as const)]));
    return [edge(1), edge(2)];
  });
  return [times.map((time) => time / SECOND), ...lines.map(({ points }) => columnOf(new Map(points))), ...bands];
}
