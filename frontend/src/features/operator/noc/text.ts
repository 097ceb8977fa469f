import type { Schemas } from "@/api/types";
import { severityWords, statusWords } from "@/components/text";
import { counted } from "@/lib/numbers";

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

export const text = {
  title: "NOC",
  description: "Everything of all tenants at a glance. Press F for the wall.",
  refresh: "Read every",
  seconds: (seconds: number) => `${seconds} s`,
  tv: "TV mode",
  tvBadge: "TV mode · Esc leaves",
  toWall: "Address for a wall screen",
  platform: "The platform is",
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
  flow: (value: string, unit: string) => `${value} ${unit}`,
  heatmap: "Alerts by weekday and hour",
  heatmapDetail: (zone: string) => `The last seven days, by the clocks of ${zone}`,
  heatmapOf: (total: number, busiest: string) =>
    `${counted(total, "alert")} opened in seven days${busiest === "" ? "" : `, most of them ${busiest}`}.`,
  feed: "What happens",
  feedList: "The last events",
  pause: "Pause",
  resume: "Go on",
  paused: (waiting: number) => (waiting === 0 ? "Paused" : `Paused, ${waiting} new`),
  calm: "Nothing has happened yet.",
  stale: (age: string) => `These numbers are old: they were last read ${age}. Trying again.`,
  never: "The server can't be reached. Trying again.",
};
