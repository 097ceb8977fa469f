import type { Schemas } from "@/api/types";
import { counted } from "@/lib/numbers";

export const text = {
  title: "Settings",
  description: "How this installation is set up, and the keys of screens and programs that look at it.",
  tabsLabel: "Which settings",
  tabs: { platform: "Platform", keys: "Keys and wall screens" },
  facts: "What the deploy says",
  factsDetail: "Changed by deploying with other parameters.",
  stage: "Stage",
  payload: "Largest device message",
  retention: "Kept for",
  retentions: {
    telemetry: "Telemetry",
    telemetry_summaries: "Hourly summaries",
    system_metrics: "System metrics",
    connections: "Connections of devices",
    commands: "Commands",
    quarantine: "Refused messages",
    notifications: "Attempts to notify",
  } satisfies Record<keyof Schemas["Retention"], string>,
  days: (days: number) => counted(days, "day"),
  limits: "Limits for everybody",
  limitsDetail:
    "Where there are several, all of them hold at once. A change holds within 30 seconds. Exceptions are made at a tenant.",
  search: "Search limits",
  noLimit: "No limit fits",
  limitColumns: { name: "Limit", rates: "At most", exceptions: "Exceptions", actions: "Change" },
  exceptions: (tenants: number) => (tenants === 0 ? "none" : counted(tenants, "tenant")),
  change: "Change",
  changeOf: (limit: string) => `Change ${limit}`,
  rates: "Requests: seconds",
  ratesHint: "Such as 1000:1,600000:3600",
  ratesWrong: "is written as requests:seconds, several with commas between them",
  save: "Save",
  limitSet: (limit: string) => `Changed: ${limit}`,
};

export const scopeWords: Record<Schemas["OperatorScope"], string> = {
  noc: "Wall screen",
  metrics: "Metrics",
};

export const keyText = {
  description:
    "A key reads one thing: the NOC on a wall screen, or the metrics for Prometheus. It changes nothing and signs nobody in.",
  add: "New key",
  empty: "No keys so far",
  emptyDetail: "Make one for each screen, so that each can be told apart in the audit log, and taken down alone.",
  columns: {
    name: "Name",
    scope: "Opens",
    made: "Made",
    used: "Last used",
    expires: "Ends",
    state: "State",
    actions: "Revoke",
  },
  states: { live: "In use", expired: "Expired", revoked: "Revoked" },
  by: (who: string) => `by ${who}`,
  from: (address: string) => `from ${address}`,
  revoke: "Revoke",
  revokeOf: (name: string) => `Revoke ${name}`,
  revokeTitle: (name: string) => `Revoke ${name}?`,
  revokeDetail: "This can't be undone. Within a minute the screen or program that has it sees nothing any more.",
  revoked: (name: string) => `${name} is revoked`,
  form: {
    title: "A key for a screen or a program",
    name: "Name",
    nameHint: "What uses it, such as the screen in the hall",
    nameWrong: "is needed",
    scope: "Opens",
    scopes: { noc: "The NOC, on a wall screen", metrics: "The metrics, for Prometheus" },
    expires: "Ends",
    expiries: { "7": "in a week", "30": "in 30 days", "90": "in 90 days", "365": "in a year" },
    make: "Make the key",
  },
  shown: {
    title: (name: string) => `The key ${name}`,
    link: "Address for the screen",
    linkHint:
      "Open it on the screen. The part behind the # is sent to no server as an address, and is gone from the address once the screen is open. Who has the whole of it sees the NOC as well, until the key is revoked.",
    key: "Key",
    scrape: "For prometheus.yml",
  },
};
