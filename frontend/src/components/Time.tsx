import type { ReactNode } from "react";
import { useSaidNow } from "@/lib/now";
import { useTimeZone } from "@/lib/preferences";
import { fullTime, relativeTime, shortTime } from "@/lib/time";
import { text } from "./text";

/** How long ago, counting on; the full time on hover. */
export function TimeAgo({ time }: { time: string | null }): ReactNode {
  const age = useSaidNow((now) => (time === null ? "" : relativeTime(time, now)));
  const timeZone = useTimeZone();
  if (time === null) return <span className="text-muted">{text.never}</span>;
  return (
    <time dateTime={time} title={fullTime(time, timeZone)} className="tabular whitespace-nowrap">
      {age}
    </time>
  );
}

/** A time of day in the person's time zone. */
export function Moment({ time, long = false }: { time: string | null; long?: boolean }): ReactNode {
  const timeZone = useTimeZone();
  if (time === null) return <span className="text-muted">{text.none}</span>;
  return (
    <time dateTime={time} title={fullTime(time, timeZone)} className="tabular whitespace-nowrap">
      {long ? fullTime(time, timeZone) : shortTime(time, timeZone)}
    </time>
  );
}
