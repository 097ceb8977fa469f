import type { Schemas } from "@/api/types";

export const kindWords: Record<Schemas["IntegrationType"], string> = {
  webhook: "Webhook",
  snmp: "SNMP trap",
  email: "E-mail",
  mqtt: "MQTT",
};

export const stateWords: Record<Schemas["DeliverOn"], string> = {
  OPEN: "Opened",
  ACKNOWLEDGED: "Acknowledged",
  CLOSED: "Closed",
};

export const text = {
  title: "Integrations",
  description:
    "Systems that are told of alerts. Each is a notification channel as well, and its routes are routing rules.",
  add: "New integration",
  kind: "Kind",
  anyKind: "Every kind",
  empty: "No integration yet",
  emptyDetail: "Tell another system of alerts: a webhook, SNMP traps, a mailbox, an MQTT broker.",
  emptyFiltered: "No integration is of that kind",
  columns: { name: "Integration", kind: "Kind", destination: "Goes to", enabled: "On" },
  routesOf: (name: string) => `Routes to ${name}`,
  toggle: (name: string) => `${name} is on`,
  switched: (name: string, on: boolean) => `${name} is ${on ? "on" : "off"}`,
  actions: (name: string) => `Actions for ${name}`,
  more: "More",
  edit: "Edit",
  test: "Send a test",
  remove: "Delete",
  removeTitle: (name: string) => `Delete ${name}?`,
  removeDescription: "Its routes go as well. What was delivered stays in the log. This can't be undone.",
  removed: (name: string) => `${name} is deleted`,
  testOk: (name: string) => `${name} took the sample`,
  testFailed: (name: string, why: string) => `${name} did not take the sample: ${why}`,
  noAnswer: "there was no answer",
};

export const routeText = {
  add: "Add a route",
  none: "Nothing leads to it: it is told of no alert.",
  when: (severity: string, states: string) => `${severity} or graver; ${states}`,
  at: (sites: string) => `at ${sites}`,
  off: "Off",
  title: (integration: string) => `A route to ${integration}`,
  editTitle: (name: string) => `Edit ${name}`,
  saved: (name: string) => `${name} is saved`,
  remove: (name: string) => `Delete ${name}`,
  removed: (name: string) => `${name} is deleted`,
};
