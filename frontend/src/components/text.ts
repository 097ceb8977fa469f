/** Words that components show on every page. A feature's own words are in its text.ts. */
import type { AlertStatus, AlertType, DeviceStatus, Lifecycle, Role, Schemas, Severity } from "@/api/types";
import { count, counted } from "@/lib/numbers";
import { duration } from "@/lib/time";
import { sentenceCase } from "@/lib/words";

export const PRODUCT = "Pulse";

export const severityWords: Record<Severity, string> = {
  CRITICAL: "Critical",
  HIGH: "High",
  MEDIUM: "Medium",
  LOW: "Low",
  INFO: "Info",
};

export const noOpenAlertsText = {
  calm: "Nothing is wrong",
  noneOpen: "No open alerts",
  acknowledged: (alerts: number) => `${counted(alerts, "alert")} acknowledged`,
  detail: "Alerts appear here by themselves when a rule is breached or a device falls silent.",
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
  tenant: "Tenant",
  anyTenant: "All tenants",
  chooseTenant: "Choose a tenant",
  asOf: (age: string) => `as of ${age}`,
  cancel: "Cancel",
  discardTitle: "Leave without saving?",
  discardQuestion: "What was typed here is not saved.",
  discard: "Discard it",
  stay: "Go on typing",
  reread: "Read it again",
  overwrite: "Save mine over it",
  conflictHint: "Read again, what was typed here is lost; saved over it, what was changed meanwhile.",
  clearFilters: "Clear filters",
  close: "Close",
  closer: "Look closer",
  copied: "Copied",
  copy: "Copy",
  dismiss: "Dismiss",
  earlier: "Earlier",
  later: "Later",
  loading: "Loading",
  inAll: (entries: number) => `${count(entries)} in all`,
  loadMore: "Show more",
  more: "More actions",
  never: "never",
  none: "–",
  offline: "No connection",
  offlineDetail: "This part has not been fetched yet. It comes by itself when the connection is back.",
  noSuch: (what: string) => `There is no such ${what}. Its address may be cut off or typed wrongly.`,
  notThere: "There is no such thing, or it is gone",
  notAllowed: "Not for you to see",
  notRead: "This could not be read",
  paused: "paused",
  remove: (what: string) => `Remove ${what}`,
  retry: "Try again",
  search: "Search",
  shownOf: (shown: number, total: number | undefined) =>
    total === undefined ? `The first ${count(shown)}` : `${count(shown)} of ${count(total)}`,
  slow: "This takes longer than usual.",
  undo: "Undo",
  wentWrong: "Something went wrong",
  wentWrongDetail: "This part of the page could not be shown. The rest goes on working.",
  requestId: (id: string) => `Request ${id}`,
  wider: "Look at more",
  zoom: "Part of the time that is shown",
};

/** Words of the choice which devices something is for. */
export const scopeText = {
  legend: "Which devices",
  all: "Every device",
  some: "Only devices that fit all of this",
  needed: "choose every device, or which ones",
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

/** What forms say of metrics. */
export const metricText = {
  unsent: (metric: string, alike: readonly string[]) =>
    `No device has sent ${metric} within seven days: until one does, the rule can't open an alert.` +
    (alike.length === 0 ? "" : ` Did you mean ${alike.join(" or ")}?`),
};

/** Words of the input of a length of time. */
export const lengthText = {
  unitOf: (label: string) => `${label}: unit`,
  units: { seconds: "seconds", minutes: "minutes", hours: "hours", days: "days" },
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

/** Rows of a file that a question names. */
const MOST_NAMED = 5;

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
  columns: { row: "Row", outcome: "Outcome", errors: "What changes, or is wrong" },
  fileColumns: "Columns of a file",
  columnHeads: { name: "Column", meaning: "What it holds", example: "Such as" },
  needed: "needed",
  run: (created: number, updated: number) =>
    `Import ${[created > 0 && `${count(created)} new`, updated > 0 && `${count(updated)} changed`].filter(Boolean).join(", ")}`,
  emptied: "emptied",
  given: "as the file has it",
  emptyTitle: (fields: number) => `Empty ${counted(fields, "field")}?`,
  emptyDetail: (emptied: readonly { row: number; fields: readonly string[] }[]) =>
    `${emptied
      .slice(0, MOST_NAMED)
      .map(({ row, fields }) => `Row ${row}: ${fields.join(", ")}.`)
      .join(
        " ",
      )}${emptied.length > MOST_NAMED ? ` And ${counted(emptied.length - MOST_NAMED, "row")} more.` : ""} A cell without anything in it empties the field of what is there already. Leave a column out of the file to keep what it has.`,
  empties: (fields: number) => `${counted(fields, "field")} will be emptied.`,
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
  throttle: "At most once in",
  throttleHint: "Of one cause; 0 sends every time.",
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

/** What happens to alerts; the server may know more of it. */
export const alertEventWords: Partial<Record<string, string>> = {
  opened: "Opened",
  retriggered: "Seen again",
  severity_changed: "Severity changed",
  acknowledged: "Acknowledged",
  unacknowledged: "Given back",
  silenced: "Silenced",
  unsilenced: "Silence ended",
  suppressed: "Suppressed by its gateway's alert",
  unsuppressed: "No longer suppressed",
  commented: "Comment",
  escalated: "Escalated",
  closed: "Closed",
  notified: "Notified",
  notification_failed: "Notification failed",
  unanswered: "Nobody answered",
  steadied: "Steady again",
  flapping: "Flapping",
};

/** What a limit counts. */
export const limitWords: Record<Schemas["LimitName"], string> = {
  api_user: "Requests of one person or key",
  api_tenant: "Requests of everybody together",
  api_export: "Exports and reports",
  activation: "Activations from one address",
  claim: "Claims from one address",
  api_channel_test: "Tests of channels",
  api_command: "Commands sent",
  commands_tenant: "Commands to devices",
  ingest_device: "Messages of one device",
  device_report: "Answers and reports of one device",
  ingest_tenant: "Messages of the fleet",
  alerts_tenant: "Alerts opened",
  inbound_source: "Messages of one inbound source",
};

export const rateWords = (amount: number, seconds: number): string => `${count(amount)} in ${duration(seconds * 1000)}`;
