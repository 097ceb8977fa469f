/** What takes longer than usual says so, but of several such things on a page the first one alone. */
import { useEffect, useId, useState, useSyncExternalStore } from "react";

const USUAL_MILLISECONDS = 8000;

/** Whether the component has been there for longer than an answer usually takes. */
export function useIsSlow(): boolean {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setIsSlow(true);
    }, USUAL_MILLISECONDS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return isSlow;
}

/** Those who are slow now, the first one first. */
const slow = new Set<string>();
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Whether it is this component's turn to say that the page is slow. */
export function useSaysSlow(): boolean {
  const id = useId();
  const isSlow = useIsSlow();
  useEffect(() => {
    if (!isSlow) return;
    slow.add(id);
    tell();
    return () => {
      slow.delete(id);
      tell();
    };
  }, [id, isSlow]);
  return useSyncExternalStore(listen, () => slow.values().next().value === id);
}
