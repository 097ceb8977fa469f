/** What happened to an alert, as people read it: newest first, what only repeats folded into one line. */
import type { Schemas, Severity } from "@/api/types";
import { severityWords } from "@/components/text";
import { metricValue } from "@/lib/numbers";
import { sentenceCase } from "@/lib/words";
import { text } from "./text";

export interface StoryEntry {
  key: string;
  /** Of the newest of those that are folded into it. */
  time: string;
  title: string;
  /** Who did it and what else there is to say, in this order; empty for Pulse's own doing that needs no words. */
  words: string[];
  /** A silence ends then. */
  until?: string;
}

type Item = Schemas["TimelineItem"];

/** Events that come again and again while nothing changes: each minute, and with every attempt. */
const REPEATING = new Set(["retriggered", "notified", "notification_failed"]);

/** What the API says of a silence without an end of its own. */
const UNTIL_CLOSED = "closed";

/** Repetitions are folded between two events that don't repeat, so that the order of what matters stays. */
export function storyOf(alert: Pick<Schemas["AlertDetail"], "timeline" | "summary">, unfolded = false): StoryEntry[] {
  const story: StoryEntry[] = [];
  const times = new Map<StoryEntry, number>();
  let run = new Map<string, StoryEntry>();
  alert.timeline.toReversed().forEach((item, index) => {
    const entry = entryOf(item, alert.summary, `${item.time}-${index}`);
    if (!REPEATING.has(item.event)) run = new Map();
    const same = [entry.title, ...entry.words].join("\n");
    const before = unfolded || !REPEATING.has(item.event) ? undefined : run.get(same);
    if (before === undefined) {
      run.set(same, entry);
      times.set(entry, 1);
      story.push(entry);
    } else {
      times.set(before, (times.get(before) ?? 0) + 1);
    }
  });
  return story.map((entry) => ({ ...entry, title: text.repeated(entry.title, times.get(entry) ?? 1) }));
}

function entryOf(item: Item, summary: string, key: string): StoryEntry {
  const words = [item.actor === "system" ? undefined : text.by(item.actor), ...wordsOf(item, summary)];
  const until = item.event === "silenced" ? wordAt(item, "until") : undefined;
  if (until === UNTIL_CLOSED) words.push(`${text.until} ${text.facts.untilClosed}`);
  return {
    key,
    time: item.time,
    title: text.events[item.event] ?? sentenceCase(item.event),
    words: words.filter((word) => word !== undefined),
    ...(until === undefined || until === UNTIL_CLOSED ? {} : { until }),
  };
}

function wordsOf(item: Item, summary: string): (string | undefined)[] {
  const said = wordAt(item, "summary");
  switch (item.event) {
    case "opened":
    case "severity_changed":
      return [severityWords[wordAt(item, "severity") as Severity], said === summary ? undefined : said];
    case "retriggered":
      return [said === summary ? undefined : said];
    case "escalated":
      return [text.escalatedTo(item.detail["level"], wordAt(item, "policy_name"), item.detail["round"])];
    case "notified":
    case "notification_failed":
      return [wordAt(item, "receiver"), wordAt(item, "error"), wordAt(item, "reason")];
    case "commented":
      return [wordAt(item, "comment")];
    case "closed":
      return [wordAt(item, "reason"), readings(item.detail["cleared_by"])];
    case "unanswered":
      return [wordAt(item, "policy_name")];
    default:
      return [wordAt(item, "reason")];
  }
}

function wordAt(item: Item, name: string): string | undefined {
  const value = item.detail[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** "temp_c = 3.9", of what made the condition hold no longer. */
function readings(cause: unknown): string | undefined {
  const values = typeof cause === "object" && cause !== null && "values" in cause ? cause.values : undefined;
  if (typeof values !== "object" || values === null) return undefined;
  return Object.entries(values)
    .filter((reading): reading is [string, number | boolean] => ["number", "boolean"].includes(typeof reading[1]))
    .map(([metric, value]) => `${metric} = ${metricValue(value)}`)
    .join(", ");
}
