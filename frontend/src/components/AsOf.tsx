import { RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { useLive } from "@/live/store";
import { classes } from "@/lib/classes";
import { useNow } from "@/lib/now";
import { relativeTime } from "@/lib/time";
import { IconButton } from "./Button";
import { text } from "./text";

interface Freshness {
  /** What TanStack Query knows of a read. */
  query: { dataUpdatedAt: number; isFetching: boolean; isError: boolean; refetch: () => unknown };
}

const OLD_AFTER_MILLISECONDS = 60_000;

/** How old the numbers beside it are, and a way to read them again. Old ones without a live connection look it. */
export function AsOf({ query }: Freshness): ReactNode {
  const now = useNow();
  const live = useLive((state) => state.connection === "live");
  const age = now - query.dataUpdatedAt;
  const isOld = query.isError || (!live && age > OLD_AFTER_MILLISECONDS);
  return (
    <span
      className={classes(
        "inline-flex items-center gap-1 text-xs whitespace-nowrap",
        isOld ? "text-stale" : "text-muted",
      )}
    >
      {query.dataUpdatedAt > 0 && text.asOf(relativeTime(query.dataUpdatedAt, now))}
      <IconButton
        label="Read again"
        size="small"
        className="w-7"
        onClick={() => {
          query.refetch();
        }}
      >
        <RefreshCw aria-hidden className={classes("size-3", query.isFetching && "animate-spin")} />
      </IconButton>
    </span>
  );
}
