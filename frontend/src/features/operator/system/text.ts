import type { Schemas } from "@/api/types";
import { byteSize, count, counted, metricValue } from "@/lib/numbers";

export const text = {
  title: "System",
  description: "How the parts of the platform do, what they measured, and how much room there is.",
  tabs: { health: "Health", metrics: "Metrics", capacity: "Capacity", errors: "Errors" },
  givenUp: "Given up in 24 hours",
  nothingGivenUp: "Nothing was given up",
  nothingGivenUpDetail: "Notifications, exports and reports that failed for good stand here, with why.",
  refused: (messages: number) => `${counted(messages, "message")} refused`,
  failureColumns: { time: "When", what: "What", tenant: "Tenant", why: "Why" },
  tabsLabel: "What of the system",
  platform: "The platform is",
  unwell: (parts: number) => (parts === 0 ? "every part does what it should" : `${counted(parts, "part")} unwell`),
  components: "Parts",
  well: "Nothing is wrong.",
  latency: "Takes",
  flow: "Goes through",
  measured: "Measured",
  unknown: "not known",
  range: "Over",
  group: "Which metrics",
  groups: {
    ingest: "Device messages",
    queues: "Queues",
    functions: "Functions",
    database: "Database",
    alerts: "Alerts and notifications",
    fleet: "Fleet and people",
  },
  nothingYet: "Nothing was measured in this time.",
  chartOf: (meaning: string, newest: string) => `${meaning}. Newest: ${newest}.`,
  highest: (shown: number, all: number) => `The ${count(shown)} highest of ${count(all)}`,
  newest: (name: string, value: number, unit: string) =>
    `${name === "" ? "" : `${name} `}${metricValue(Number(value.toPrecision(4)))} ${unit}`,
  database: "Database",
  size: "Size",
  connections: "Connections",
  connectionsOf: (taken: number, limit: number, percent: string) =>
    `${count(taken)} of ${count(limit)} taken, ${percent}`,
  full: "Nearly none is left: functions will soon be refused.",
  filling: "More than four in five are taken.",
  slow: "Running for more than a second now",
  statements: (statements: number) => counted(statements, "statement"),
  tables: "Largest tables",
  tableColumns: { table: "Table", size: "Size", share: "Share of all" },
  costly: "Statements that took most time",
  costlyEmpty: "The server keeps no count of statements: it has no pg_stat_statements.",
  costlyColumns: { statement: "Statement", calls: "Calls", mean: "Mean", total: "Total", rows: "Rows" },
  milliseconds: (milliseconds: number) => `${metricValue(Number(milliseconds.toPrecision(3)))} ms`,
  bytes: byteSize,
};

export const failureWords: Record<Schemas["FailureKind"], string> = {
  notification: "Notification",
  export: "Export",
  report: "Report",
};
