/** What ECharts is told to draw. Pure. */
import type { EChartsCoreOption } from "echarts/core";
import type { ChartColours } from "@/components/EChart";
import { metricValue } from "@/lib/numbers";
import { axisTime, SECOND } from "@/lib/time";
import type { Gauge, HeatCell, NocChart } from "./queries";
import { curveName, WEEKDAYS } from "./text";

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
/** Told apart by lightness as well as by hue, in both themes. */
const HUES = ["#0d9488", "#f59e0b", "#dc2626", "#6b7280", "#2563eb"];
/** A gauge without an end of its own: so much room above the value that its hand is seen to move. */
const HEADROOM = 1.5;

type Curve = NocChart["curves"][number];

export type Judgement = "good" | "amber" | "red" | "neutral";

/** How worrying a gauge's value is. */
export function judge({ value, amber, red, higher_is_better }: Gauge): Judgement {
  if (value === null || amber === null || red === null) return "neutral";
  const past = (bound: number): boolean => (higher_is_better ? value < bound : value > bound);
  return past(red) ? "red" : past(amber) ? "amber" : "good";
}

/** The end of a gauge's scale: its own, or a round number above the value. */
export function endOfScale({ value, maximum }: Gauge): number {
  if (maximum !== null) return maximum;
  const wanted = Math.max(1, (value ?? 0) * HEADROOM);
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5, 10].find((step) => step * magnitude >= wanted) ?? 10) * magnitude;
}

export function gaugeOption(gauge: Gauge, colours: ChartColours, scale: number): EChartsCoreOption {
  const paint = { good: colours.online, amber: colours.stale, red: colours.offline, neutral: colours.accent };
  const width = 6 + 4 * scale;
  return {
    series: [
      {
        type: "gauge",
        startAngle: 210,
        endAngle: -30,
        radius: "98%",
        center: ["50%", "58%"],
        min: 0,
        max: endOfScale(gauge),
        progress: { show: true, width, itemStyle: { color: paint[judge(gauge)] } },
        axisLine: { lineStyle: { width, color: [[1, colours.raised]] } },
        pointer: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { show: false },
        detail: { show: false },
        data: gauge.value === null ? [] : [{ value: gauge.value }],
      },
    ],
  };
}

/** What has a colour everywhere has it here, and lies in this order. */
const SUBJECTS = ["ONLINE", "STALE", "OFFLINE", "PENDING", "SENT", "TEMPORARY", "PERMANENT"];

function colourOf(subject: string, colours: ChartColours): string | undefined {
  const known: Record<string, string> = {
    ONLINE: colours.online,
    STALE: colours.stale,
    OFFLINE: colours.offline,
    PENDING: colours.muted,
    SENT: colours.online,
    TEMPORARY: colours.stale,
    PERMANENT: colours.offline,
  };
  return known[subject];
}

function inOrder(curves: readonly Curve[]): Curve[] {
  const place = ({ subject }: Curve): number => {
    const found = SUBJECTS.indexOf(subject);
    return found === -1 ? SUBJECTS.length : found;
  };
  return [...curves].sort((a, b) => place(a) - place(b));
}

/** Of which time a chart is, and how far its points lie apart. */
export interface Range {
  start: string;
  end: string;
  step_seconds: number;
}

/** A curve's points by time, with a gap where nothing was measured: no line is to claim what nobody knows. */
export function withGaps(points: Curve["points"], step: number): [number, number | null][] {
  return points.flatMap(({ time, value }, index): [number, number | null][] => {
    const at = new Date(time).getTime();
    const before = index === 0 ? at : new Date(points[index - 1]?.time ?? time).getTime();
    return at - before > 1.5 * step
      ? [
          [before + step, null],
          [at, value],
        ]
      : [[at, value]];
  });
}

/** How much of it there is, above the ground. */
const ALONE = (scale: number) => ({ lineStyle: { width: 1.5 * scale }, areaStyle: { opacity: 0.25 } });
/** Parts of a whole lie on each other: the line above one of which there is nothing would tell of those below in its colour. */
const STACKED = { stack: "all", lineStyle: { width: 0 }, areaStyle: { opacity: 0.7 } };

export function areaOption(
  { curves }: NocChart,
  range: Range,
  colours: ChartColours,
  { timeZone, scale }: { timeZone: string; scale: number },
): EChartsCoreOption {
  const start = new Date(range.start).getTime();
  const end = new Date(range.end).getTime();
  const fontSize = 11 * scale;
  return {
    color: HUES,
    grid: { left: 8, right: 12, top: 28 * scale, bottom: 4, containLabel: true },
    legend: {
      type: "scroll",
      top: 0,
      left: 0,
      icon: "circle",
      itemHeight: 8 * scale,
      itemWidth: 8 * scale,
      itemGap: 8 * scale,
      textStyle: { color: colours.muted, fontSize },
    },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize },
    },
    xAxis: {
      type: "time",
      min: start,
      max: end,
      axisLabel: {
        color: colours.muted,
        fontSize,
        hideOverlap: true,
        formatter: (at: number) => axisTime(at, end - start, timeZone),
      },
      axisLine: { lineStyle: { color: colours.line } },
      splitNumber: 4,
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      splitNumber: 3,
      axisLabel: { color: colours.muted, fontSize },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: inOrder(curves).map((curve) => ({
      type: "line",
      ...(curve.subject === "" ? ALONE(scale) : STACKED),
      color: colourOf(curve.subject, colours),
      name: curveName(curve),
      showSymbol: curve.points.length < 2,
      connectNulls: false,
      data: withGaps(curve.points, range.step_seconds * SECOND),
    })),
  };
}

export function heatOption(cells: readonly HeatCell[], colours: ChartColours, scale: number): EChartsCoreOption {
  const fontSize = 11 * scale;
  const axis = {
    type: "category",
    axisTick: { show: false },
    axisLine: { show: false },
    axisLabel: { color: colours.muted, fontSize },
  };
  return {
    grid: { left: 4, right: 4, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      renderMode: "richText",
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize },
      formatter: ({ value: [hour, day, opened] }: { value: [number, number, number] }) =>
        `${WEEKDAYS[day] ?? ""} ${HOURS[hour] ?? ""}:00: ${metricValue(opened)}`,
    },
    xAxis: { ...axis, data: HOURS },
    yAxis: { ...axis, data: [...WEEKDAYS], inverse: true },
    visualMap: {
      show: false,
      min: 0,
      max: Math.max(1, ...cells.map((cell) => cell.opened)),
      inRange: { color: [colours.raised, "#f59e0b", "#dc2626"] },
    },
    series: [
      {
        type: "heatmap",
        itemStyle: { borderColor: colours.surface, borderWidth: 1 },
        // A number beside the colour, where there is one.
        label: {
          show: true,
          color: colours.ink,
          fontSize: 10 * scale,
          formatter: ({ value: [, , opened] }: { value: [number, number, number] }) =>
            opened === 0 ? "" : String(opened),
        },
        data: cells.map(({ weekday, hour, opened }) => [hour, weekday - 1, opened]),
      },
    ],
  };
}

/** The hour of the week in which most alerts opened, in words; empty when none did. */
export function busiestHour(cells: readonly HeatCell[]): string {
  const [first] = [...cells].sort((a, b) => b.opened - a.opened);
  if (first === undefined || first.opened === 0) return "";
  return `on ${WEEKDAYS[first.weekday - 1] ?? ""} at ${HOURS[first.hour] ?? ""}:00`;
}
