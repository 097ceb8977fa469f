import { memo, type ReactNode } from "react";
import { sparkPath, type SparkPoint } from "./sparkPath";

const WIDTH = 96;
const HEIGHT = 20;

interface SparklineProps {
  points: readonly SparkPoint[];
  /** Places at which the line's room begins and ends. */
  start: number;
  end: number;
  /** What the foot of the room stands for; without one, the lowest value. */
  base?: number;
  /** What it says, in words. */
  label: string;
}

/** Numbers as a small line. */
export const Sparkline = memo(function Sparkline({ points, start, end, base, label }: SparklineProps): ReactNode {
  return (
    <svg role="img" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-5 w-24 text-accent" preserveAspectRatio="none">
      <title>{label}</title>
      <path
        d={sparkPath(points, { start, end, base, width: WIDTH, height: HEIGHT })}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
});
