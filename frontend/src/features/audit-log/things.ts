/** The things that entries of the log are about: what they are called, and where their page is. */
import type { AuditEntry } from "./queries";

const PAGES: Partial<Record<string, (subject: string) => string>> = {
  activation_code: devicePage,
  addon: (id) => `/addons/${id}`,
  alert: (id) => `/alerts?status=ALL&alert=${id}`,
  alert_rule: (id) => `/alert-rules/${id}`,
  command: (id) => `${devicePage(id)}?tab=commands`,
  credential: (id) => `${devicePage(id)}?tab=credentials`,
  device: devicePage,
  device_group: (id) => `/groups/${id}`,
  escalation_policy: (id) => `/escalation-policies/${id}`,
  oncall_schedule: (id) => `/oncall/${id}`,
  report: (id) => `/reports/${id}`,
  site: (id) => `/devices?site=${id}`,
};

function devicePage(deviceId: string): string {
  return `/devices/${deviceId}`;
}

/** Beginnings of actions: "alert_rule" of "alert_rule.change". */
export function kindOf({ action }: Pick<AuditEntry, "action">): string {
  return action.split(".")[0] ?? "";
}

/** A tenant's page about the thing of an entry; null where it has none, or is gone. */
export function pageOf(entry: Pick<AuditEntry, "action" | "subject">): string | null {
  if (entry.subject === "" || entry.action.endsWith(".delete") || entry.action === "report.cancel") return null;
  return PAGES[kindOf(entry)]?.(encodeURIComponent(entry.subject)) ?? null;
}

/** An operator's page about it: of the things of tenants they see none. */
export function operatorPageOf(entry: Pick<AuditEntry, "action" | "subject">): string | null {
  const isThere = kindOf(entry) === "tenant" && !entry.action.startsWith("tenant.delete");
  return isThere ? `/operator/tenants/${encodeURIComponent(entry.subject)}` : null;
}

/** What the entry itself says that its thing is called; undefined when it says nothing of it. */
export function nameIn({ before, after }: Pick<AuditEntry, "before" | "after">): string | undefined {
  const names = [after?.name, before?.name, after?.email, before?.email];
  return names.find((name): name is string => typeof name === "string" && name !== "");
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An id that programs gave is told by its start. */
export function shortId(subject: string): string {
  return UUID.test(subject) ? `${subject.slice(0, 8)}…` : subject;
}
