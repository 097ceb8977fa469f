import type { ReactNode } from "react";
import { Moment } from "./Time";

export interface TimelineEntry {
  key: string;
  time: string;
  title: ReactNode;
  /** Who, and what else is known. */
  detail?: ReactNode;
}

/** What happened, newest first as it is given. */
export function Timeline({ entries, label }: { entries: readonly TimelineEntry[]; label: string }): ReactNode {
  return (
    <ol aria-label={label} className="space-y-2.5 border-l pl-4 text-sm">
      {entries.map((entry) => (
        <li key={entry.key} className="relative">
          <span aria-hidden className="absolute top-1.5 -left-[1.3rem] size-2 rounded-full border bg-surface" />
          <div className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{entry.title}</span>
            <span className="text-xs text-muted">
              <Moment time={entry.time} />
            </span>
          </div>
          {entry.detail !== undefined && <div className="text-xs text-muted">{entry.detail}</div>}
        </li>
      ))}
    </ol>
  );
}
