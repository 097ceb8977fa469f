/** A recurrence as people say it, and as RFC 5545 writes it. Pure. */
import { text, WEEKDAYS } from "./text";

export const REPEATS = ["once", "daily", "weekly", "monthly", "custom"] as const;
type Repeat = (typeof REPEATS)[number];

export interface Recurrence {
  repeat: Repeat;
  interval: number;
  /** Of a weekly one: MO, TU, … */
  days: string[];
  /** "2026-12-31", the last day; empty for none. */
  until: string;
  /** Of a custom one. */
  rule: string;
}

const NOTHING: Recurrence = { repeat: "once", interval: 1, days: [], until: "", rule: "" };
const FREQUENCIES = { DAILY: "daily", WEEKLY: "weekly", MONTHLY: "monthly" } as const;
const PLAIN = new Set(["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL"]);

/** What a rule says, in the form's words; "custom" where the form has none for it. `dayOfMonth` is the first time's. */
export function recurrenceOf(rule: string | null, dayOfMonth: number): Recurrence {
  if (rule === null) return NOTHING;
  const custom: Recurrence = { ...NOTHING, repeat: "custom", rule };
  const parts = new Map(rule.split(";").map((part) => part.split("=", 2) as [string, string]));
  const repeat = FREQUENCIES[parts.get("FREQ") as keyof typeof FREQUENCIES] as Repeat | undefined;
  if (repeat === undefined || [...parts.keys()].some((name) => !PLAIN.has(name))) return custom;
  const days = parts.get("BYDAY")?.split(",") ?? [];
  const plainDays = days.every((day) => WEEKDAYS.some(([known]) => known === day));
  if (!plainDays || (repeat !== "weekly" && days.length > 0)) return custom;
  const monthDay = parts.get("BYMONTHDAY");
  if (monthDay !== undefined && (repeat !== "monthly" || Number(monthDay) !== dayOfMonth)) return custom;
  const until = /^(\d{4})(\d{2})(\d{2})/.exec(parts.get("UNTIL") ?? "");
  return {
    repeat,
    interval: Number(parts.get("INTERVAL") ?? 1),
    days,
    until: until ? until.slice(1).join("-") : "",
    rule,
  };
}

/** As the API takes it; null for once. */
export function ruleOf(recurrence: Recurrence): string | null {
  const { repeat, interval, days, until, rule } = recurrence;
  if (repeat === "once") return null;
  if (repeat === "custom") return rule.trim().toUpperCase();
  const parts = [`FREQ=${repeat.toUpperCase()}`];
  if (interval > 1) parts.push(`INTERVAL=${interval}`);
  if (repeat === "weekly") parts.push(`BYDAY=${inOrder(days).join(",")}`);
  if (until !== "") parts.push(`UNTIL=${until.replaceAll("-", "")}T235959Z`);
  return parts.join(";");
}

/** "every week on Monday and Friday, until 2026-12-31". */
export function inWords(recurrence: Recurrence, dayOfMonth: number): string {
  const { repeat, interval, days, until, rule } = recurrence;
  if (repeat === "once") return text.once;
  if (repeat === "custom") return rule;
  const names = WEEKDAYS.filter(([day]) => days.includes(day)).map(([, , name]) => name);
  const words = {
    daily: text.eachDay(interval),
    weekly: text.eachWeek(interval, names.join(", ")),
    monthly: text.eachMonth(interval, dayOfMonth),
  }[repeat];
  return until === "" ? words : text.untilDay(words, until);
}

function inOrder(days: readonly string[]): string[] {
  return WEEKDAYS.map(([day]) => day).filter((day) => days.includes(day));
}
