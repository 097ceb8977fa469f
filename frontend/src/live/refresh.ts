/** Turns what is heard into reads: at most one for each kind of thing in a while, however much is heard. */
import type { QueryClient } from "@tanstack/react-query";
import type { LiveEvent } from "./connection";

const PAUSE_MILLISECONDS = 1000;

/** First words of the keys in api/queries.ts that an event makes old. */
export function staleAfter(eventType: string): readonly string[] {
  if (eventType === "device.telemetry") return [];
  if (eventType.startsWith("alert")) return ["alerts"];
  if (eventType.startsWith("device")) return ["devices", "sites"];
  return [];
}

export class Refresher {
  readonly #queries: QueryClient;
  readonly #waiting = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  /** Read again what the event is about: at once, then no more often than once a second. */
  note(event: LiveEvent): void {
    for (const name of staleAfter(event.type)) this.#waiting.add(name);
    if (this.#timer === undefined) this.#refresh();
  }

  /** Read everything again that is on the page, after a time in which nothing was heard. */
  refreshAll(): void {
    void this.#queries.invalidateQueries();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #refresh(): void {
    if (this.#waiting.size === 0) {
      this.#timer = undefined;
      return;
    }
    for (const name of this.#waiting) void this.#queries.invalidateQueries({ queryKey: [name] });
    this.#waiting.clear();
    this.#timer = setTimeout(() => {
      this.#refresh();
    }, PAUSE_MILLISECONDS);
  }
}
