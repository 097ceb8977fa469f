/** How parts of the platform do: a colour, a shape and a word. */
import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { classes } from "@/lib/classes";

export type HealthLevel = Schemas["HealthLevel"];

export const healthWords: Record<HealthLevel, string> = {
  HEALTHY: "Healthy",
  DEGRADED: "Degraded",
  DOWN: "Down",
  UNKNOWN: "Unknown",
};

const COLOURS: Record<HealthLevel, string> = {
  HEALTHY: "text-online",
  DEGRADED: "text-stale",
  DOWN: "text-offline",
  UNKNOWN: "text-pending",
};

/** Disc, triangle, cross, dashed ring. */
const SHAPES: Record<HealthLevel, ReactNode> = {
  HEALTHY: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  DEGRADED: <path d="M6 1l5.2 9.5H.8z" fill="currentColor" />,
  DOWN: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  UNKNOWN: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 2" />,
};

export function HealthLabel({ health, className }: { health: HealthLevel; className?: string }): ReactNode {
  return (
    <span className={classes("inline-flex items-center gap-1.5 font-medium whitespace-nowrap", className)}>
      <svg viewBox="0 0 12 12" aria-hidden className={classes("size-[0.75em] shrink-0", COLOURS[health])}>
        {SHAPES[health]}
      </svg>
      {healthWords[health]}
    </span>
  );
}

/** "< 1 ms", "3 ms", "1.2 s", "4 min". */
export function latencyWords(seconds: number): string {
  if (seconds > 0 && seconds < 0.001) return "< 1 ms";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}
