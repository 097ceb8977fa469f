import type { EChartsCoreOption } from "echarts/core";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { lazily } from "@/lib/lazily";
import { LazyPart } from "./ErrorBoundary";

const Canvas = lazily(() => import("./EChartCanvas"));

/** The theme's colours as ECharts needs them: worked out, not by name. */
export interface ChartColours {
  ink: string;
  muted: string;
  line: string;
  surface: string;
  raised: string;
  accent: string;
  online: string;
  stale: string;
  offline: string;
}

export interface EChartProps {
  /** What the picture says, in words: for who doesn't see it. */
  label: string;
  /** Stable as long as what is drawn is. */
  option: (colours: ChartColours) => EChartsCoreOption;
  className?: string;
}

/** A gauge, an area chart or a heatmap; ECharts is fetched when the first one is shown. */
export function EChart({ className, ...chart }: EChartProps): ReactNode {
  const frame = classes("min-w-0", className);
  return (
    <LazyPart fallback={<div className={frame} />}>
      <div role="img" aria-label={chart.label} className={frame}>
        <Canvas {...chart} />
      </div>
    </LazyPart>
  );
}
