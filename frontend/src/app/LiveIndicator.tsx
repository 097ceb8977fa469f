import type { ReactNode } from "react";
import { useLive } from "@/live/store";
import { classes } from "@/lib/classes";
import { useNow } from "@/lib/now";
import { relativeTime } from "@/lib/time";
import { text } from "./text";
import { useOfflineSince } from "./useOfflineSince";

/** Whether what is shown follows what happens. Said in words as well, and told to screen readers when it changes. */
export function LiveIndicator(): ReactNode {
  const { connection, liveAt } = useLive();
  const now = useNow(10_000);
  const isOffline = useOfflineSince() !== null;
  // A socket may take minutes to notice that there is no network.
  const isLive = connection === "live" && !isOffline;
  const age = liveAt === null ? null : relativeTime(liveAt, now);
  return (
    <span
      role="status"
      className={classes("inline-flex items-center gap-1.5 text-xs", isLive ? "text-muted" : "text-stale")}
    >
      <span
        aria-hidden
        className={classes("size-2 rounded-full", isLive ? "bg-online" : "animate-pulse border-2 border-stale")}
      />
      {isOffline
        ? text.offlineShort
        : isLive
          ? text.live
          : connection === "connecting"
            ? text.connecting
            : text.reconnecting(age)}
    </span>
  );
}
