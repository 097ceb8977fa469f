import type { ReactNode } from "react";
import type { AlertStatus, DeviceStatus, Lifecycle } from "@/api/types";
import { classes } from "@/lib/classes";
import { alertStatusWords, lifecycleWords, statusWords } from "./text";

const COLOURS: Record<DeviceStatus, string> = {
  ONLINE: "text-online",
  STALE: "text-stale",
  OFFLINE: "text-offline",
  PENDING: "text-pending",
};

/** Full, half, empty, dashed: told apart without colour. */
const SHAPES: Record<DeviceStatus, ReactNode> = {
  ONLINE: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  STALE: (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 1a5 5 0 0 1 0 10z" fill="currentColor" />
    </>
  ),
  OFFLINE: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />,
  PENDING: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 2" />,
};

export function StatusShape({ status, className }: { status: DeviceStatus; className?: string }): ReactNode {
  return (
    <svg viewBox="0 0 12 12" aria-hidden className={classes("size-2.5 shrink-0", COLOURS[status], className)}>
      {SHAPES[status]}
    </svg>
  );
}

export function StatusLabel({ status }: { status: DeviceStatus }): ReactNode {
  return (
    <span className="inline-flex items-center gap-1.5 text-xs font-medium whitespace-nowrap">
      <StatusShape status={status} />
      {statusWords[status]}
    </span>
  );
}

type Tone = "neutral" | "good" | "warn" | "bad" | "accent";

const TONES: Record<Tone, string> = {
  neutral: "border-line text-muted",
  good: "border-online/40 text-online",
  warn: "border-stale/40 text-stale",
  bad: "border-offline/40 text-offline",
  accent: "border-accent/40 text-accent",
};

/** One or two words in a frame. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }): ReactNode {
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1 rounded border px-1.5 py-px text-xs font-medium whitespace-nowrap",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

const ALERT_TONES: Record<AlertStatus, Tone> = { OPEN: "bad", ACKNOWLEDGED: "accent", CLOSED: "neutral" };

export function AlertStatusBadge({ status }: { status: AlertStatus }): ReactNode {
  return <Badge tone={ALERT_TONES[status]}>{alertStatusWords[status]}</Badge>;
}

/** Nothing for a device in service, which is the rule. */
export function LifecycleBadge({ lifecycle }: { lifecycle: Lifecycle }): ReactNode {
  return lifecycle === "ACTIVE" ? null : <Badge tone="warn">{lifecycleWords[lifecycle]}</Badge>;
}
