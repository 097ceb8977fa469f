/** Words that components show on every page. A feature's own words are in its text.ts. */
import type { AlertStatus, AlertType, DeviceStatus, Lifecycle, Role, Schemas, Severity } from "@/api/types";
import { count, counted } from "@/lib/numbers";
import { sentenceCase } from "@/lib/words";

export const severityWords: Record<Severity, string> = {
  CRITICAL: "Critical",
  HIGH: "High",
  MEDIUM: "Medium",
  LOW: "Low",
  INFO: "Info",
};

export const statusWords: Record<DeviceStatus, string> = {
  ONLINE: "Online",
  STALE: "Stale",
  OFFLINE: "Offline",
  PENDING: "Never seen",
};

export const lifecycleWords: Record<Lifecycle, string> = {
  ACTIVE: "Active",
  SUSPENDED: "Suspended",
  DECOMMISSIONED: "Decommissioned",
};

export const alertStatusWords: Record<AlertStatus, string> = {
  OPEN: "Open",
  ACKNOWLEDGED: "Acknowledged",
  CLOSED: "Closed",
};

const alertTypeWords: Partial<Record<AlertType, string>> & Record<string, string> = {
  NO_HEARTBEAT: "Silent device",
  THRESHOLD: "Threshold",
  ANOMALY: "Anomaly",
  NO_TELEMETRY: "No telemetry",
  WINDOW: "Window",
  ALERT_LIMIT: "Too many alerts",
  SYSTEM_HEALTH: "Health of Pulse",
  INBOUND_UNREADABLE: "Unreadable message",
  INBOUND_STORM: "Storm of messages",
  POLL_FAILED: "Target not polled",
  POLLS_OVERDUE: "Gateway tells nothing",
  TRAPS_REFUSED: "Traps refused",
};

/** A type of alert in words; an addon's own are read out of its name: LINK_DOWN is "Link down". */
export function alertTypeName(type: AlertType): string {
  return alertTypeWords[type] ?? sentenceCase(type);
}

export const alertSourceWords: Record<Schemas["AlertSource"], string> = {
  rule: "Rules",
  heartbeat: "Heartbeats",
  addon: "Other systems",
  platform: "Pulse itself",
};

export const roleWords: Record<Role, string> = {
  viewer: "Viewer",
  customer: "Customer",
  "tenant-admin": "Tenant admin",
  operator: "Operator",
  "operator-admin": "Operator admin",
};

export const text = {
  asOf: (age: string) => `as of ${age}`,
  cancel: "Cancel",
  clearFilters: "Clear filters",
  close: "Close",
  copied: "Copied",
  copy: "Copy",
  dismiss: "Dismiss",
  loading: "Loading",
  inAll: (entries: number) => `${count(entries)} in all`,
  loadMore: "Show more",
  more: "More actions",
  never: "never",
  none: "–",
  paused: "paused",
  remove: (what: string) => `Remove ${what}`,
  retry: "Try again",
  search: "Search",
  shownOf: (shown: number, total: number | undefined) =>
    total === undefined ? `The first ${count(shown)}` : `${count(shown)} of ${count(total)}`,
  undo: "Undo",
  wentWrong: "Something went wrong",
  wentWrongDetail: "This part of the page could not be shown. The rest goes on working.",
  requestId: (id: string) => `Request ${id}`,
};

/** Words of the choice which devices something is for. */
export const scopeText = {
  legend: "Which devices",
  all: "Every device",
  some: "Only devices that fit all of this",
  sites: "At sites",
  types: "Of types",
  groups: "In groups",
  tags: "With tags",
  tagsHint: "key=value, or a plain tag",
  devices: "Devices by id",
  add: "Type, then Enter",
  words: {
    site_ids: "site",
    device_types: "type",
    group_ids: "group",
    tags: "tag",
    device_ids: "device",
  },
};

export const commandStatusWords: Record<Schemas["CommandStatus"], string> = {
  QUEUED: "Waiting",
  DELIVERED: "Handed over",
  ACKNOWLEDGED: "Done",
  REJECTED: "Refused",
  EXPIRED: "No answer",
  CANCELLED: "Taken back",
};

/** Words of the form in which a command is written. */
export const commandText = {
  name: "Command",
  nameHint: "What the device knows it by, such as reboot",
  nameWrong: "begins with a letter or digit, then letters, digits, _ . : and -; at most 64",
  parameters: "Parameters",
  parametersHint: "A JSON object, with whatever the device expects",
  parametersWrong: "must be a JSON object, such as {}",
  expires: "Without an answer given up after",
  lifetimes: { "60": "a minute", "3600": "an hour", "86400": "a day", "604800": "a week" },
  send: "Send",
  cancel: "Take back",
  cancelTitle: (name: string) => `Take ${name} back?`,
  reason: "Why",
  needed: "is needed",
};

/** Words of the page on which many things come out of a file. */
export const importText = {
  template: "Download a template",
  drop: "Drop a CSV file here, or",
  choose: "Choose a file",
  another: "Choose another file",
  tooLarge: (name: string) => `${name} is larger than 1 MB. Split it into several files.`,
  notText: (name: string) => `${name} is not a text file in UTF-8. Save it as CSV (UTF-8).`,
  checking: "Looking through the file",
  file: (name: string, rows: number) => `${name}: ${counted(rows, "row")}`,
  tabs: { all: "All", created: "New", updated: "Changed", unchanged: "Unchanged", failed: "Wrong" },
  tabsLabel: "Rows by what becomes of them",
  outcomes: {
    preview: { created: "Would be added", updated: "Would change", unchanged: "Stays as it is", failed: "Wrong" },
    done: { created: "Added", updated: "Changed", unchanged: "Unchanged", failed: "Refused" },
  },
  columns: { row: "Row", outcome: "Outcome", errors: "What is wrong" },
  run: (rows: number) => `Import ${counted(rows, "row")}`,
  nothing: "Nothing to import",
  skips: (failed: number) => `${counted(failed, "row")} will be left out. Correct the file, or import the rest.`,
  correct: "No row is right. Correct the file and choose it again.",
  report: "Download what is wrong",
  done: (created: number, updated: number) => `${count(created)} added, ${count(updated)} changed`,
  refused: (failed: number) => `${counted(failed, "row")} refused`,
  noRows: "No row is like that",
};

/** Words of the form that says which alerts are sent to a channel. */
export const routeText = {
  name: "Name",
  needed: "is needed",
  channel: "Channel",
  chooseChannel: "Choose a channel",
  minSeverity: "From severity",
  priority: "Order",
  priorityHint: "Lower ones are asked first.",
  priorityWrong: "is a whole number from 0 to 1,000",
  moments: "When an alert is",
  momentNeeded: "choose at least one",
  types: "Types of alerts",
  sites: "Sites",
  groups: "Groups",
  tags: "Device tags",
  tagsHint: "key=value, or a plain tag; a device must have all",
  throttle: "At most once in (minutes)",
  throttleHint: "Of one cause; 0 sends every time.",
  throttleWrong: "is a whole number from 0 to 10,080",
  stop: "Ask no further rule once this one fits",
  enabled: "On",
  save: "Save",
};

export const subscriptionKindWords: Record<Schemas["SubscriptionKind"], string> = {
  MAIN: "Main",
  ADDON: "Additional seats",
  TRIAL: "Trial",
  TEMPORARY: "For a time",
};

export const subscriptionStatusWords: Record<Schemas["SubscriptionStatus"], string> = {
  TRIAL: "Trial",
  ACTIVE: "Active",
  GRACE: "Over, still working",
  SUSPENDED: "Suspended",
  EXPIRED: "Expired",
};

export const renewalWords: Record<Schemas["RenewalStatus"], string> = {
  REQUESTED: "Asked for",
  GRANTED: "Granted",
  REFUSED: "Refused",
  WITHDRAWN: "Withdrawn",
};

/** Words of what subscriptions show to tenants and operators alike. */
export const subscriptionText = {
  seats: (devices: number, limit: number) => `${count(devices)} of ${count(limit)}`,
  ownSeats: (limit: number) => `${counted(limit, "seat")} for its main one`,
  left: (days: number) => (days < 0 ? "over" : days === 0 ? "ends today" : `${counted(days, "day")} left`),
  history: (name: string) => `History of ${name}`,
  noHistory: "Nothing has happened to it yet.",
  by: (who: string) => `by ${who}`,
};

/** Words of the dialogs in which a secret is shown once, or made anew. */
export const secretText = {
  once: "Shown this once. Keep it now: nobody can read it again.",
  kept: "I have kept it",
  rotateTitle: (name: string) => `A new secret for ${name}`,
  rotateDetail: "The new one is shown once. The one of now works for a while longer, so that you can change over.",
  rotate: "Make a new secret",
  overlap: "The secret of now works for",
  overlaps: { "0": "no moment longer", "3600": "an hour", "86400": "a day", "604800": "a week" },
};
