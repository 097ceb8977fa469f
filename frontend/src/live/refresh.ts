/**
 * Turns what is heard into reads. The first event is followed at once; while events keep coming, reads become rarer, so
 * that a busy fleet costs a person no more of their requests (300 a minute) than a calm one.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { LiveEvent } from "./connection";

const SHORTEST_PAUSE_MILLISECONDS = 1000;
const LONGEST_PAUSE_MILLISECONDS = 16_000;

/** First words of the keys in api/queries.ts that an event makes old. */
export function staleAfter(eventType: string): readonly string[] {
  if (eventType === "device.telemetry") return [];
  if (eventType.startsWith("alert")) return ["alerts", "overview"];
  if (eventType.startsWith("device")) return ["devices", "sites", "overview"];
  return [];
}

export class Refresher {
  readonly #queries: QueryClient;
  readonly #waiting = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause = SHORTEST_PAUSE_MILLISECONDS;

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  /** Read again what the event is about: at once, then after a second, two, four, up to sixteen while more comes. */
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
      this.#pause = SHORTEST_PAUSE_MILLISECONDS;
      return;
    }
    const old = new Set<unknown>(this.#waiting);
    void this.#queries.invalidateQueries({ predicate: ({ queryKey }) => old.has(queryKey[0]) });
    this.#waiting.clear();
    this.#timer = setTimeout(() => {
      this.#refresh();
    }, this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MILLISECONDS, this.#pause * 2);
  }
}
