import { onlineManager } from "@tanstack/react-query";
import { useEffect, useState } from "react";

/** Milliseconds of when the browser lost its network; null while it has one. */
export function useOfflineSince(): number | null {
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => {
    const note = (isOnline: boolean): void => setSince((before) => (isOnline ? null : (before ?? Date.now())));
    note(onlineManager.isOnline());
    return onlineManager.subscribe(note);
  }, []);
  return since;
}
