import type { Schemas } from "@/api/types";
import { alertEventWords, severityWords, statusWords } from "@/components/text";
import { counted, metricValue } from "@/lib/numbers";
import { sentenceCase } from "@/lib/words";
import { reasonWords } from "../reasons";

/** By what the API calls it, which may be newer than this page. */
const refusalWords: Partial<Record<string, string>> = reasonWords;

export const gaugeWords: Record<keyof Schemas["Gauges"], string> = {
  fleet_online: "Fleet online",
  ingest_rate: "Messages",
  open_alerts: "Live alerts",
  database_connections: "Database connections",
};

export const chartWords: Record<Schemas["Chart"], string> = {
  messages: "Messages",
  alerts: "Alerts",
  devices: "Devices",
  notifications: "Notifications",
};

const metricWords: Partial<Record<Schemas["SystemMetric"], string>> = {
  ingest_messages_per_second: "Stored",
  alerts_opened_per_minute: "Opened",
  alerts_closed_per_minute: "Closed",
  notifications_per_minute: "Attempts",
};

const subjectWords: Record<string, string> = {
  ...statusWords,
  ...severityWords,
  SENT: "Sent",
  FAILED: "Failed",
  TEMPORARY: "Tried again",
  PERMANENT: "Failed",
};

/** What a curve is called in the legend. */
export function curveName(curve: { metric: Schemas["SystemMetric"]; subject: string }): string {
  if (curve.subject !== "") return subjectWords[curve.subject] ?? curve.subject.toLowerCase();
  return metricWords[curve.metric] ?? curve.metric.replaceAll("_", " ");
}

export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** How much goes through, in as few letters as there is room for: "5.73/s", "28/min", "12 conn.", "1 event". */
export function flowWords({ value, unit }: Pick<Schemas["Figure"], "value" | "unit">): string {
  const number = metricValue(Number(value.toPrecision(3)));
  const [what = "", perTime] = unit.split("/");
  if (perTime !== undefined) return `${number}/${perTime}`;
  if (what === "connections") return `${number} conn.`;
  return `${number} ${value === 1 ? what.replace(/s$/, "") : what}`;
}

/** What happened: to an alert as its story says it, and which alert. */
export function happeningWords({
  kind,
  event,
  text: said,
}: Pick<Schemas["Happening"], "kind" | "event" | "text">): string {
  if (kind === "alert") return `${alertEventWords[event] ?? sentenceCase(event)}: ${said}`;
  if (kind === "quarantine") return said.replace(/[A-Z_]+$/, (reason) => refusalWords[reason] ?? sentenceCase(reason));
  return said;
}

export const text = {
  title: "NOC",
  description: "Everything of all tenants at a glance. Press F for the wall.",
  refresh: "Read every",
  seconds: (seconds: number) => `${seconds} s`,
  tv: "TV mode",
  tvBadge: "TV mode · Esc leaves",
  toWall: "Address for a wall screen",
  platform: "The platform is",
  platformWas: "The platform was",
  gauges: "Gauges",
  unmeasured: "not measured lately",
  valueOf: (name: string, value: string) => `${name}: ${value}`,
  charts: "The last hour",
  chartOf: (name: string, newest: string) => `${name} over the last hour. Now ${newest || "nothing"}.`,
  nothingYet: "Nothing was measured in this time.",
  topology: "From device to person",
  topologyMap: "The way of a message",
  devices: "Devices",
  people: "People",
  heatmap: "Alerts by weekday and hour",
  heatmapDetail: (zone: string) => `The last seven days, by the clocks of ${zone}`,
  heatmapOf: (total: number, busiest: string) =>
    `${counted(total, "alert")} opened in seven days${busiest === "" ? "" : `, most of them ${busiest}`}.`,
  heatmapCell: (weekday: number, hour: number, opened: number) =>
    `${WEEKDAYS[weekday - 1] ?? ""} ${String(hour).padStart(2, "0")}:00: ${counted(opened, "alert")}`,
  feed: "What happens",
  feedList: "The last events",
  pause: "Pause",
  resume: "Go on",
  paused: (waiting: number) => (waiting === 0 ? "Paused" : `Paused, ${waiting} new`),
  calm: "Nothing has happened yet.",
  stale: (age: string) => `These numbers are old: they were last read ${age}. Trying again.`,
  never: "The server can't be reached. Trying again.",
};
