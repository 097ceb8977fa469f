import type { ReactNode } from "react";
import type { Schemas } from "@/api/types";
import { Badge } from "./Status";
import { Moment, TimeAgo } from "./Time";

type Session = Schemas["Session"];

const words = { label: "Sessions", none: "Not signed in anywhere.", current: "This session", since: "since" };

/** "Firefox on Windows" of what a browser calls itself; its own words where that is not known. */
export function browserWords(userAgent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(userAgent)?.[1];
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS" };
  if (browser === undefined) return userAgent.slice(0, 60) || "–";
  return [names[browser] ?? browser, system && `on ${names[system] ?? system}`].filter(Boolean).join(" ");
}

/** Where somebody is signed in, the last used session first. */
export function SessionList({
  sessions,
  action,
}: {
  sessions: readonly Session[];
  action: (session: Session) => ReactNode;
}): ReactNode {
  if (sessions.length === 0) return <p className="text-sm text-muted">{words.none}</p>;
  return (
    <ul aria-label={words.label} className="divide-y text-sm">
      {sessions.map((session) => (
        <li key={session.session_id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-1.5">
          <span className="min-w-0 flex-1 truncate" title={session.user_agent}>
            {browserWords(session.user_agent)}
          </span>
          {session.is_current && <Badge tone="accent">{words.current}</Badge>}
          <span className="tabular text-xs text-muted">{session.ip_address ?? "–"}</span>
          <span className="text-xs text-muted">
            {words.since} <Moment time={session.first_seen_at} />
          </span>
          <span className="w-20 text-right text-xs text-muted">
            <TimeAgo time={session.last_seen_at} />
          </span>
          {action(session)}
        </li>
      ))}
    </ul>
  );
}
