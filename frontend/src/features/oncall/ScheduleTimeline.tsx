import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { usePermission } from "@/auth/permissions";
import { Button, IconButton } from "@/components/Button";
import { Gantt, type GanttBar, type GanttRow } from "@/components/Gantt";
import { Panel } from "@/components/Panel";
import { QueryState } from "@/components/States";
import { useTimeZone } from "@/lib/preferences";
import { DAY, instantOf, shortTime, wallTimeOf } from "@/lib/time";
import { useNow } from "@/lib/now";
import { useSearchState } from "@/lib/useSearchState";
import type { OverrideStart } from "./OverrideDialog";
import { colourOf } from "./people";
import { oncallTimeline, type Schedule } from "./queries";
import { text } from "./text";

const GAP = "border-2 border-dashed border-offline text-offline";
const STRIPES =
  "bg-[repeating-linear-gradient(135deg,transparent_0_6px,rgb(255_255_255/0.25)_6px_12px)] outline-2 -outline-offset-2 outline-stale";
const DAYS = 14;

interface TimelineProps {
  schedule: Schedule;
  onOverride: (start: OverrideStart) => void;
}

/**
 * Two weeks: what each layer has, and who is on call in the end and why. A bar of the last row begins an override, and
 * so does a stretch that is dragged over any row.
 */
export function ScheduleTimeline({ schedule, onOverride }: TimelineProps): ReactNode {
  const timeZone = useTimeZone();
  const mayCover = usePermission("oncall:cover");
  const { one, change } = useSearchState();
  const [today = ""] = wallTimeOf(new Date(useNow(DAY / 24)), timeZone).split("T");
  const day = /^\d{4}-\d{2}-\d{2}$/.test(one("from") ?? "") ? (one("from") ?? today) : today;
  const from = instantOf(`${day}T00:00`, timeZone).toISOString();
  const query = useQuery(oncallTimeline(schedule.schedule_id, from));
  const move = (days: number): void => {
    change({ from: new Date(new Date(`${day}T00:00Z`).getTime() + days * DAY).toISOString().slice(0, 10) });
  };
  const cover = (_: string, start: number, end: number): void => {
    onOverride({ kind: "replace", starts: new Date(start).toISOString(), ends: new Date(end).toISOString() });
  };
  return (
    <Panel
      title={text.timeline}
      aside={
        <div className="flex items-center gap-1">
          <IconButton label={text.earlier} size="small" onClick={() => move(-DAYS / 2)}>
            <ChevronLeft aria-hidden className="size-4" />
          </IconButton>
          <Button size="small" onClick={() => change({ from: null })}>
            {text.today}
          </Button>
          <IconButton label={text.later} size="small" onClick={() => move(DAYS / 2)}>
            <ChevronRight aria-hidden className="size-4" />
          </IconButton>
        </div>
      }
    >
      <QueryState query={query} skeletonRows={4}>
        {(timeline) => (
          <div className="space-y-2">
            <Gantt
              label={text.chart}
              start={new Date(timeline.start).getTime()}
              end={new Date(timeline.end).getTime()}
              rows={rowsOf(schedule, timeline, timeZone, mayCover ? onOverride : undefined)}
              {...(mayCover && { onStretch: cover })}
            />
            <p className="text-xs text-muted">
              {text.legend}
              {mayCover && <span className="hidden any-pointer-fine:inline"> {text.dragHint}</span>}
            </p>
          </div>
        )}
      </QueryState>
    </Panel>
  );
}

function rowsOf(
  schedule: Schedule,
  timeline: Schemas["OncallTimeline"],
  timeZone: string,
  onOverride: ((start: OverrideStart) => void) | undefined,
): GanttRow[] {
  const label = (who: string, start: string, end: string, why: string): string =>
    text.bar(who, shortTime(start, timeZone), shortTime(end, timeZone), why);
  const layers = timeline.layers.map((layer): GanttRow => {
    const bars = layer.turns.map((turn): GanttBar => ({
      key: turn.start,
      start: new Date(turn.start).getTime(),
      end: new Date(turn.end).getTime(),
      caption: turn.name,
      label: label(turn.name, turn.start, turn.end, `${layer.layer_name}, ${text.turn(turn.turn)}`),
      paint: colourOf(schedule, turn.email).paint,
    }));
    return { key: layer.layer_id, name: layer.layer_name, label: layer.layer_name, bars };
  });
  const final = timeline.intervals.map(({ start, end, on_call }): GanttBar => {
    const [first] = on_call;
    const who = on_call.map((person) => person.name).join(", ");
    const isOverride = on_call.some((person) => person.why.kind === "override");
    const why = on_call.map((person) => person.why.explanation).join("; ");
    return {
      key: start,
      start: new Date(start).getTime(),
      end: new Date(end).getTime(),
      caption: who,
      label: label(first ? who : text.gap, start, end, why),
      paint: first ? `${colourOf(schedule, first.email).paint} ${isOverride ? STRIPES : ""}` : GAP,
      ...(onOverride && { onSelect: () => onOverride({ kind: "replace", starts: start, ends: end }) }),
    };
  });
  return [...layers, { key: "final", name: <strong>{text.final}</strong>, label: text.final, bars: final }];
}
