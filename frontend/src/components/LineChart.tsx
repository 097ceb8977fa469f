import type { ReactNode } from "react";
import { lazily } from "@/lib/lazily";
import { LazyPart } from "./ErrorBoundary";
import { Skeleton } from "./States";

export interface Line {
  name: string;
  unit: string | null;
  /** Milliseconds and value, in order of time; null where nothing was measured. */
  points: readonly (readonly [number, number | null])[];
  /** Lowest and highest value behind each point, drawn as a band behind the line. */
  extremes?: readonly (readonly [time: number, lowest: number, highest: number])[];
}

export interface LineChartProps {
  lines: readonly Line[];
  /** Milliseconds; the axis covers it whether there are points or not. */
  start: number;
  end: number;
  /** Dragging over a part of the chart asks for that part. */
  onZoom?: (start: number, end: number) => void;
  label: string;
  height?: number;
}

const Plot = lazily(() => import("./Plot"));

/** Lines over time. The library is fetched when the first chart is shown. */
export function LineChart(props: LineChartProps): ReactNode {
  return (
    <div style={{ minHeight: props.height ?? 260 }}>
      <LazyPart fallback={<Skeleton rows={6} />}>
        <Plot {...props} />
      </LazyPart>
    </div>
  );
}
