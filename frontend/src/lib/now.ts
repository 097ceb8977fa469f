import { useSyncExternalStore } from "react";

const TICK_MILLISECONDS = 1000;

/** One clock for the whole page: a thousand ages that are shown cost one timer. */
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    current = Date.now();
    listeners.forEach((told) => {
      told();
    });
  }, TICK_MILLISECONDS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Milliseconds now, rounded down to `step`, so that what shows minutes renders once a minute. */
export function useNow(step: number = TICK_MILLISECONDS): number {
  return useSyncExternalStore(listen, () => Math.floor(current / step) * step);
}

/** What is to be said of now; who says it renders again when that is something else, not when time goes by. */
export function useSaidNow(say: (now: number) => string): string {
  return useSyncExternalStore(listen, () => say(current));
}
