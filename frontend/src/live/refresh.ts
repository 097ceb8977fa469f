/**
 * Turns what is heard into reads. The first event is followed at once; while events keep coming, reads become rarer, so
 * that a busy fleet costs a person no more of their requests (300 a minute) than a calm one.
 */
import type { Query, QueryClient } from "@tanstack/react-query";
import { keys, sayingDeviceNames } from "@/api/queries";
import { STALE_AFTER_CHANGE } from "./configuration";
import type { LiveEvent } from "./connection";

const SHORTEST_PAUSE_MILLISECONDS = 1000;
const LONGEST_PAUSE_MILLISECONDS = 16_000;

/** Beginnings of the keys in api/queries.ts that an event makes old. */
export function staleAfter({ type, data }: Pick<LiveEvent, "type" | "data">): readonly (readonly unknown[])[] {
  if (type === "configuration.changed") return STALE_AFTER_CHANGE[String(data.kind)] ?? [];
  if (type.startsWith("alert")) return [keys.alerts, keys.overview];
  const device = keys.device(String(data.device_id));
  switch (type) {
    case "device.telemetry":
      return [];
    case "device.connected":
    case "device.disconnected":
    case "device.desired_changed":
      return [device];
    case "device.status_changed":
      // Other lists have the change in their rows already: live/statuses.ts.
      return [device, keys.deviceListsByStatus, keys.groupDevices, keys.siteNumbers, keys.overview];
    case "device.updated":
      return [keys.devices, keys.sites, ...(isRenaming(data) ? sayingDeviceNames : [keys.overview])];
    default:
      return type.startsWith("device") ? [keys.devices, keys.sites, keys.overview] : [];
  }
}

const isRenaming = ({ fields }: LiveEvent["data"]): boolean => Array.isArray(fields) && fields.includes("name");

/** A form was filled with it (`keptWhileEdited`): what is typed would be thrown away. */
const isBeingEdited = (query: Query): boolean =>
  query.observers.some(({ options }) => options.staleTime === Number.POSITIVE_INFINITY);

export class Refresher {
  readonly #queries: QueryClient;
  /** By what they look like, so that a thousand events about one thing are one. */
  readonly #waiting = new Map<string, readonly unknown[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause = SHORTEST_PAUSE_MILLISECONDS;

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  /** Read again what the event is about: at once, then after a second, two, four, up to sixteen while more comes. */
  note(event: LiveEvent): void {
    for (const key of staleAfter(event)) this.#waiting.set(key.join(" "), key);
    if (this.#timer === undefined) this.#refresh();
  }

  /** Read everything again that is on the page, after a time in which nothing was heard. */
  refreshAll(): void {
    void this.#queries.invalidateQueries({ predicate: (query) => !isBeingEdited(query) });
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
    const old = [...this.#waiting.values()];
    void this.#queries.invalidateQueries({
      predicate: (query) =>
        !isBeingEdited(query) && old.some((key) => key.every((part, place) => query.queryKey[place] === part)),
    });
    this.#waiting.clear();
    this.#timer = setTimeout(() => {
      this.#refresh();
    }, this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MILLISECONDS, this.#pause * 2);
  }
}
