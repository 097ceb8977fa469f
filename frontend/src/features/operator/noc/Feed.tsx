import { Pause, Play } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { Panel } from "@/components/Panel";
import { SeverityLabel } from "@/components/Severity";
import { TimeAgo } from "@/components/Time";
import { classes } from "@/lib/classes";
import type { Happening } from "./queries";
import { happeningWords, text } from "./text";

interface FeedProps {
  events: readonly Happening[];
  isTv: boolean;
}

/** What happened last, newest first. Paused it stands still, and says how much it has missed. */
export function Feed({ events, isTv }: FeedProps): ReactNode {
  const [held, setHeld] = useState<readonly Happening[]>();
  const shown = held ?? events;
  const known = new Set(shown.map((event) => event.event_id));
  const missed = events.filter((event) => !known.has(event.event_id)).length;
  return (
    <Panel
      title={text.feed}
      flush
      aside={
        <span className="flex items-center gap-2">
          {held && (
            <span role="status" className="text-xs text-stale">
              {text.paused(missed)}
            </span>
          )}
          <Button size="small" aria-pressed={held !== undefined} onClick={() => setHeld(held ? undefined : events)}>
            {held ? <Play aria-hidden className="size-3.5" /> : <Pause aria-hidden className="size-3.5" />}
            {held ? text.resume : text.pause}
          </Button>
        </span>
      }
    >
      {shown.length === 0 ? (
        <p className="p-3 text-sm text-muted">{text.calm}</p>
      ) : (
        <div
          tabIndex={0}
          role="region"
          aria-label={text.feedList}
          // So high that whole rows fit.
          className={classes("overflow-y-auto -outline-offset-2", isTv ? "max-h-36 text-base" : "max-h-64 text-sm")}
        >
          <ul className="divide-y">
            {shown.map((event) => (
              <li key={event.event_id} className={classes("flex items-center gap-2 px-3", isTv ? "h-9" : "h-8")}>
                <span className="w-20 shrink-0">{event.severity && <SeverityLabel severity={event.severity} />}</span>
                <span className="min-w-0 flex-1 truncate" title={happeningWords(event)}>
                  {happeningWords(event)}
                </span>
                {event.tenant_id !== null && (
                  <span className="max-w-40 shrink-0 truncate text-[0.8em] text-muted" title={event.tenant_id}>
                    {event.tenant_name ?? event.tenant_id}
                  </span>
                )}
                <span className="w-20 shrink-0 text-right text-[0.8em] text-muted">
                  <TimeAgo time={event.time} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}
