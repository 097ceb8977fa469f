import type { ReactNode } from "react";
import { useNow } from "@/lib/now";
import { useTimeZone } from "@/lib/preferences";
import { DAY, HOUR, instantOf, MINUTE, wallTimeOf } from "@/lib/time";
import { classes } from "@/lib/classes";
import { initials } from "@/lib/words";

export interface GanttBar {
  key: string;
  /** Milliseconds. */
  start: number;
  end: number;
  /** What it is, on hover and to screen readers. */
  label: string;
  /** In the bar, where there is room. */
  caption?: string;
  /** Classes that paint it. */
  paint: string;
  /** Something that is offered outside the chart as well: what lasts briefly is narrower than a finger. */
  onSelect?: () => void;
}

export interface GanttRow {
  key: string;
  name: ReactNode;
  /** For screen readers, where the name is not plain text. */
  label: string;
  bars: readonly GanttBar[];
}

interface GanttProps {
  label: string;
  rows: readonly GanttRow[];
  start: number;
  end: number;
}

/**
 * What lasted or will last from when to when: a row for each thing, days from left to right. The least width of a bar is
 * free at the right of the last day, so that one which begins at its end is seen.
 */
export function Gantt({ label, rows, start, end }: GanttProps): ReactNode {
  const timeZone = useTimeZone();
  const now = useNow(MINUTE);
  const place = (time: number): number => (100 * (Math.min(Math.max(time, start), end) - start)) / (end - start);
  const ticks = ticksBetween(start, end, timeZone);
  const date = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", timeZone });
  const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  const format = end - start > 2 * DAY ? date : hour;
  return (
    <div role="group" aria-label={label} className="overflow-x-auto">
      <div className="grid min-w-2xl grid-cols-[minmax(7rem,11rem)_1fr] text-xs">
        <div />
        <div aria-hidden className="relative mr-1.5 h-5 border-b text-muted">
          {ticks.map((tick) => (
            <span
              key={tick}
              className="absolute truncate border-l pl-1 max-sm:even:hidden"
              style={{ left: `${place(tick)}%` }}
            >
              {format.format(tick)}
            </span>
          ))}
        </div>
        {rows.map((row) => (
          <div key={row.key} className="contents">
            <div className="flex min-w-0 items-center truncate border-b py-1 pr-2 text-sm">{row.name}</div>
            <div className="relative mr-1.5 h-9 border-b">
              {ticks.map((tick) => (
                <span
                  key={tick}
                  aria-hidden
                  className="absolute inset-y-0 border-l border-line/60"
                  style={{ left: `${place(tick)}%` }}
                />
              ))}
              {now > start && now < end && (
                <span aria-hidden className="absolute inset-y-0 w-0.5 bg-accent" style={{ left: `${place(now)}%` }} />
              )}
              <ul aria-label={row.label}>
                {row.bars.map((bar) => (
                  <li
                    key={bar.key}
                    className="@container absolute top-1.5 h-6 min-w-1.5"
                    style={{ left: `${place(bar.start)}%`, width: `${place(bar.end) - place(bar.start)}%` }}
                  >
                    <Bar bar={bar} />
                  </li>
                ))}
              </ul>
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

function Bar({ bar }: { bar: GanttBar }): ReactNode {
  const look = classes("block size-full truncate rounded-sm border-r border-surface text-left leading-6", bar.paint);
  // Colour never alone: where a name has no room there are its initials.
  const caption = bar.caption !== undefined && (
    <>
      <span className="px-1 @max-[3.5rem]:hidden">{bar.caption}</span>
      <span className="px-1 @min-[3.5rem]:hidden">{initials(bar.caption)}</span>
    </>
  );
  if (bar.onSelect === undefined) {
    return (
      <span title={bar.label} className={look}>
        <span className="sr-only">{bar.label}</span>
        <span aria-hidden>{caption}</span>
      </span>
    );
  }
  return (
    <button type="button" title={bar.label} aria-label={bar.label} onClick={bar.onSelect} className={look}>
      {caption}
    </button>
  );
}

/** Midnights, every so many days that about fourteen fit; hours within two days. */
function ticksBetween(start: number, end: number, timeZone: string): number[] {
  if (end - start <= 2 * DAY) {
    const step = Math.max(1, Math.ceil((end - start) / HOUR / 12)) * HOUR;
    const first = Math.ceil(start / HOUR) * HOUR;
    return Array.from({ length: Math.ceil((end - first) / step) }, (_, index) => first + index * step);
  }
  const every = Math.max(1, Math.ceil((end - start) / DAY / 15));
  const [day = ""] = wallTimeOf(new Date(start), timeZone).split("T");
  const ticks: number[] = [];
  for (let index = 1; ; index += every) {
    const next = new Date(new Date(`${day}T00:00Z`).getTime() + index * DAY).toISOString().slice(0, 10);
    const tick = instantOf(`${next}T00:00`, timeZone).getTime();
    if (tick >= end) return ticks;
    ticks.push(tick);
  }
}
