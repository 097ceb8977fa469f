/** What the log calls actions, as people say it: "alert_rule.change" is "Alert rule changed". Pure. */
import { sentenceCase } from "@/lib/words";

/** Kinds of things. Operators' looks are kept under the plural: "tenants.list". */
const THINGS: Partial<Record<string, string>> = {
  api_key: "API key",
  api_keys: "API keys",
  audit_log: "Audit log",
  digest: "Digest of alerts",
  limit: "Limit of requests",
  metric_mapping: "Mapping of a metric",
  noc: "NOC",
  notification_channel: "Channel",
  notification_job: "Delivery",
  notification_routing_rule: "Routing rule",
  oncall_calendar_feed: "Calendar feed",
  oncall_override: "On-call override",
  oncall_schedule: "On-call schedule",
  operator_key: "Operator key",
  queues: "Queue",
  report_schedule: "Reports by mail",
  subscription_renewals: "Renewal",
  usage_price: "Price",
};

const DONE: Partial<Record<string, string>> = {
  acknowledge: "acknowledged",
  add_device: "given a device",
  add_devices: "given devices",
  cancel: "cancelled",
  change: "changed",
  change_role: "given another role",
  choose: "changed",
  close: "closed",
  comment: "commented on",
  count: "looked at",
  create: "created",
  decommission: "decommissioned",
  delete: "deleted",
  delete_expired: "deleted after it had expired",
  disable: "switched off",
  download: "downloaded",
  enable: "switched on",
  end: "ended",
  end_session: "signed out of one session",
  errors: "errors looked at",
  export: "exported",
  fetch: "fetched",
  get: "looked at",
  grant: "granted",
  health: "health looked at",
  history: "history looked at",
  import: "imported",
  invite: "invited",
  issue: "issued",
  list: "looked at",
  list_sessions: "sessions looked at",
  make: "made",
  mirror: "taken over from the sign-in",
  move_devices: "devices moved",
  pass_time: "moved on by its term",
  purge: "emptied",
  read: "looked at",
  redrive: "being sent again",
  redriven: "sent again",
  refuse: "refused",
  register: "registered",
  remove_device: "a device taken out",
  renewal_refused: "renewal refused",
  renewal_requested: "renewal asked for",
  renewal_withdrawn: "renewal taken back",
  renewed: "renewed",
  replay: "sent again",
  report: "looked at",
  request: "asked for",
  reset_password: "password reset",
  resume: "resumed",
  revoke: "revoked",
  rotate: "given a new secret",
  sample: "looked into",
  save: "saved",
  scrape: "read by a program",
  send: "sent",
  set_desired: "given a desired state",
  set_device_limit: "given another number of seats",
  set_limit: "limit set",
  set_price: "price set",
  sign_out: "signed out everywhere",
  silence: "silenced",
  suspend: "suspended",
  tenant: "of a tenant looked at",
  test: "tested",
  unacknowledge: "opened again",
  unsilence: "no longer silenced",
  upload: "uploaded",
};

/** Operators' looks at numbers have no verb of their own. */
const LOOKS = new Set(["noc", "system"]);

/** An action that nobody has put into words is read out of its name. */
export function actionWords(action: string): string {
  const [kind = "", verb = ""] = action.split(".");
  const thing = THINGS[kind] ?? sentenceCase(kind);
  if (verb === "") return thing;
  if (LOOKS.has(kind))
    return `${thing}: ${sentenceCase(verb)
      .toLowerCase()
      .replace(/^list /, "")} looked at`;
  return `${thing} ${DONE[verb] ?? verb.replaceAll("_", " ")}`;
}
