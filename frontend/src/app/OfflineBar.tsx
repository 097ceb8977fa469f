import { WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { Moment } from "@/components/Time";
import { text } from "./text";
import { useOfflineSince } from "./useOfflineSince";

/** Says that there is no network: what is on the page is old, and nothing can be changed. */
export function OfflineBar(): ReactNode {
  const since = useOfflineSince();
  return (
    <div role="status" className="print:hidden">
      {since !== null && (
        <p className="flex flex-wrap items-center gap-2 border-b bg-raised px-4 py-2 text-sm">
          <WifiOff aria-hidden className="size-4 shrink-0 text-stale" />
          <span>
            <strong className="font-medium">{text.offline}</strong> {text.offlineSince}{" "}
            <Moment time={new Date(since).toISOString()} />. {text.offlineDetail}
          </span>
        </p>
      )}
    </div>
  );
}
