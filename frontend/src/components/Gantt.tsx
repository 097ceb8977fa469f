import type { CSSProperties, ReactNode } from "react";
import { useNow } from "@/lib/now";
import { useTimeZone } from "@/lib/preferences";
import { MINUTE, timeSpan } from "@/lib/time";
import { classes } from "@/lib/classes";
import { initials } from "@/lib/words";
import { marksOf, placeOf, ticksOf, type Axis, type Mark } from "./timeScale";
import { useStretch } from "./useStretch";

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
  /**
   * Dragging over a row with a mouse or pen asks for that stretch of what is to come: something that is offered to
   * keyboards and fingers as well.
   */
  onStretch?: (rowKey: string, start: number, end: number) => void;
}

/** Labels that have room in a chart of the least width. */
const MOST_IN_NARROW = 10;

/**
 * What lasted or will last from when to when: a row for each thing, days from left to right. The least width of a bar is
 * free at the right of the last day, so that one which begins at its end is seen.
 */
export function Gantt({ label, rows, start, end, onStretch }: GanttProps): ReactNode {
  const timeZone = useTimeZone();
  const now = useNow(MINUTE);
  const axis = { start, end };
  const place = (time: number): number => placeOf(time, axis);
  const ticks = ticksOf(axis, timeZone);
  const { periods, steps } = marksOf(axis, ticks, timeZone);
  const { stretch, press, handlers } = useStretch(axis, timeZone, onStretch);
  return (
    <div role="group" aria-label={label} className="overflow-x-auto">
      <div {...handlers} className="grid min-w-2xl grid-cols-[minmax(7rem,11rem)_1fr] text-xs">
        <div />
        <div aria-hidden className="@container mr-1.5 border-b text-muted">
          <Marks marks={periods} axis={axis} />
          <Marks marks={steps} axis={axis} areMany={steps.length > MOST_IN_NARROW} />
        </div>
        {rows.map((row) => (
          <div key={row.key} className="contents">
            <div className="flex min-w-0 items-center truncate border-b py-1 pr-2 text-sm">{row.name}</div>
            <div
              onPointerDown={(event) => press(row.key, event)}
              className={classes("relative mr-1.5 h-9 border-b", onStretch && "cursor-crosshair select-none")}
            >
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
              {stretch?.row === row.key && <Dragged stretch={stretch} axis={axis} timeZone={timeZone} />}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

interface DraggedProps {
  stretch: Axis;
  axis: Axis;
  timeZone: string;
}

/** The stretch that is being dragged over, with its times on the side that has room for them. */
function Dragged({ stretch, axis, timeZone }: DraggedProps): ReactNode {
  const [left, right] = [placeOf(stretch.start, axis), placeOf(stretch.end, axis)];
  const iso = (time: number): string => new Date(time).toISOString();
  return (
    <div
      className="pointer-events-none absolute inset-y-0 z-10 flex items-center border-x-2 border-accent bg-accent/25"
      style={{ left: `${left}%`, width: `${right - left}%`, justifyContent: left < 50 ? "start" : "end" }}
    >
      <span className="rounded-sm border bg-surface px-1 leading-5 whitespace-nowrap">
        {timeSpan(iso(stretch.start), iso(stretch.end), timeZone)}
      </span>
    </div>
  );
}

interface MarksProps {
  marks: readonly Mark[];
  axis: Axis;
  /** In a narrow chart there is room for every other one. */
  areMany?: boolean;
}

/** A line of labels, each as wide as there is room until the next; one that doesn't fit is left out. */
function Marks({ marks, axis, areMany = false }: MarksProps): ReactNode {
  const place = (time: number): number => placeOf(time, axis);
  return (
    <div className="relative h-5">
      {marks.map(({ time, label }, index) => {
        const room = (next: number): string => `${place(marks[index + next]?.time ?? axis.end) - place(time)}%`;
        return (
          <span
            key={time}
            className={classes(
              "absolute inset-y-0 flex w-(--room) border-l whitespace-nowrap",
              areMany && "@max-[46rem]:w-(--wide-room) @max-[46rem]:even:hidden",
            )}
            style={{ left: `${place(time)}%`, "--room": room(1), "--wide-room": room(2) } as CSSProperties}
          >
            <span className="@container grow">
              <span className="pl-1 @max-[3rem]:hidden">{label}</span>
            </span>
          </span>
        );
      })}
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
