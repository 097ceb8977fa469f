import type { Schemas } from "@/api/types";
import { counted } from "@/lib/numbers";

export type Outcome = Schemas["OutcomeKind"];

/** How a poll ended. Each failure names what to look at: a wrong password is not a system that is away. */
export const outcomeWords: Record<Outcome, string> = {
  ok: "Answered",
  unreachable: "Not reachable",
  timed_out: "No answer in time",
  refused: "Refuses connections",
  wrong_credentials: "Wrong credentials",
  untrusted: "Not to be trusted",
  bad_answer: "Answers something else",
  not_allowed: "May not be asked from there",
};

export const text = {
  title: "Targets",
  description:
    "Systems that are asked again and again, from the cloud or by a site gateway; addons read what they answer.",
  search: "Search targets",
  addon: "Addon",
  anyAddon: "Every addon",
  gatewayFilter: "Gateway's id",
  result: "Last result",
  anyResult: "Every result",
  results: { failing: "Went wrong", fine: "Went well" },
  add: "Add a target",
  import: "Import",
  empty: "Nothing is asked yet",
  emptyDetail: "Add a system that only answers when it is asked: over SNMP, HTTP or SSH, by an addon that is on.",
  emptyFiltered: "No target fits",
  columns: {
    enabled: "On",
    name: "Target",
    addon: "Addon",
    by: "Asked by",
    result: "Last result",
    polled: "Last asked",
    next: "Next",
  },
  cloud: "The cloud",
  notYet: "Not asked yet",
  failures: (failures: number) => `${counted(failures, "time")} in a row`,
  byGateway: (seconds: number) => `every ${seconds} s`,
  off: "off",
  due: "within a minute",
  toggle: (name: string) => `Ask ${name}`,
  switched: (name: string, enabled: boolean) => (enabled ? `${name} is asked` : `${name} is asked no more`),
  made: (name: string) => `${name} is asked within a minute`,
  changed: (name: string) => `${name} is changed`,
  removed: (name: string) => `${name} is deleted`,
  forgotten: (name: string) => `The next key of ${name} is trusted`,
  actions: (name: string) => `Actions for ${name}`,
  edit: "Edit",
  test: "Test now",
  forget: "Trust another host key",
  forgetTitle: (name: string) => `Trust another host key of ${name}?`,
  forgetDetail: "The next key that it shows is kept, and no other. Do so when you know that it was set up anew.",
  remove: "Delete",
  removeTitle: (name: string) => `Delete ${name}?`,
  removeDetail: "It is asked no more, and the alerts that it told of close. This can't be undone.",
  editTitle: (name: string) => `Edit ${name}`,
  save: "Save",
};

export const formText = {
  name: "Name",
  nameHint: "Alerts are about a device of this name; a registered device with this id is it",
  needed: "is needed",
  addon: "Asked by the addon",
  chooseAddon: "Choose an addon",
  addonHint: "Those that are on and ask; each says over what",
  noAddon: "No addon that asks is on. Switch one on first:",
  toAddons: "Addons",
  host: "Address",
  hostHint: "A name or an IP address, without a port",
  hostWrong: "is a name or an address: letters, digits, dots, colons, - and _",
  by: "Asked from",
  byCloud: "The cloud",
  byGateway: "A site gateway",
  byHint: "The cloud asks public addresses over encrypted ways; everything else a gateway asks, which is near to it",
  gateway: "Device id of the gateway",
  site: "Site",
  noSite: "None",
  siteHint: "Where alerts belong about devices that are not registered here",
  interval: "Every (seconds)",
  intervalHint: "Empty: as the addon has it",
  intervalWrong: "is a whole number from 30 to 86,400",
  timeout: "At most (seconds)",
  timeoutHint: "For all questions together",
  timeoutWrong: "is a whole number from 1 to 25",
  failures: "Alert after (polls)",
  failuresHint: "That went wrong in a row",
  failuresWrong: "is a whole number from 1 to 20",
  access: "How it is signed in to",
  keep: "Kept as it is unless you type another one.",
  portWrong: "is a whole number from 1 to 65,535",
  none: "None",
};

/** Labels of the fields of an access, by their names. */
export const accessWords: Record<string, { label: string; hint?: string }> = {
  port: { label: "Port", hint: "Empty: the protocol's own" },
  version: { label: "Version" },
  community: { label: "Community" },
  username: { label: "User" },
  context: { label: "Context" },
  auth_protocol: { label: "Authentication" },
  auth_password: { label: "Authentication password", hint: "At least 8 characters" },
  priv_protocol: { label: "Encryption" },
  priv_password: { label: "Encryption password", hint: "At least 8 characters" },
  authentication: { label: "Signs in with" },
  password: { label: "Password" },
  header: { label: "Header" },
  token: { label: "Token" },
  tls: { label: "Over TLS (https)" },
  verify_certificate: { label: "Its certificate must be good" },
  sign_in: { label: "Signs in with" },
  private_key: { label: "Private key", hint: "As OpenSSH or PEM has it" },
  passphrase: { label: "Passphrase of the key", hint: "If it has one" },
  host_key: { label: "Host key", hint: "ssh-ed25519 AAAA…; empty: the first that it shows is kept" },
};

/** Choices that are no names of protocols. */
export const choiceWords: Record<string, string> = {
  none: "Nothing",
  basic: "User and password (basic)",
  digest: "User and password (digest)",
  bearer: "A bearer token",
  header: "A token in a header",
  password: "A password",
  private_key: "A private key",
};

export const trialText = {
  title: (name: string) => `Test of ${name}`,
  asking: "It is asked…",
  waiting: (reason: string) => `Waiting: ${reason}. A gateway has two minutes.`,
  silent: "No answer of the gateway",
  kept: "No alert opens or closes by this.",
  took: "Took",
  seconds: (seconds: number) => `${seconds.toFixed(1)} s`,
  why: "Why",
  hostKey: "Shows the key",
  complete: "Questions",
  notComplete: "not all were answered as they should be",
  unreadable: "The addon can't read it:",
  raises: "It would open:",
  nothing: "It would open nothing.",
  again: "Test again",
};

export const targetImportText = {
  title: "Import targets",
  description:
    "Add many targets from a file, or bring those of the same name up to date. Nothing is changed before you say so.",
  back: "All targets",
  limits:
    "Up to 200 rows and 1 MB; the first line names the columns, of which name, addon_id and host are needed. An SSH key can't be in a file.",
  subject: "Target",
  see: "See the targets",
};
