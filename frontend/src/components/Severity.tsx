import type { ReactNode } from "react";
import type { Severity } from "@/api/types";
import { classes } from "@/lib/classes";
import { severityWords } from "./text";

const COLOURS: Record<Severity, string> = {
  CRITICAL: "text-critical",
  HIGH: "text-high",
  MEDIUM: "text-medium",
  LOW: "text-low",
  INFO: "text-info",
};

/** A shape of its own for each severity, so that colour never stands alone. */
const SHAPES: Record<Severity, ReactNode> = {
  CRITICAL: <path d="M4 0h4l4 4v4l-4 4H4L0 8V4z" />,
  HIGH: <path d="M6 0l6 11H0z" />,
  MEDIUM: <path d="M6 0l6 6-6 6-6-6z" />,
  LOW: <path d="M1 1h10v10H1z" />,
  INFO: <circle cx="6" cy="6" r="5.5" />,
};

export function SeverityShape({ severity, className }: { severity: Severity; className?: string }): ReactNode {
  return (
    <svg
      viewBox="0 0 12 12"
      aria-hidden
      className={classes("size-2.5 shrink-0 fill-current", COLOURS[severity], className)}
    >
      {SHAPES[severity]}
    </svg>
  );
}

export function SeverityLabel({ severity }: { severity: Severity }): ReactNode {
  return (
    <span className="inline-flex items-center gap-1.5 text-xs font-medium whitespace-nowrap">
      <SeverityShape severity={severity} />
      {severityWords[severity]}
    </span>
  );
}
