/** How a target is signed in to: what its form asks for, and what the API is told of it. Pure. */
import { POLLED_METHODS } from "@/api/types";

export type AccessKind = "snmp" | "http" | "ssh";

const KINDS: Record<(typeof POLLED_METHODS)[number], AccessKind> = { snmp_poll: "snmp", api_poll: "http", ssh: "ssh" };

/** How what an addon asks by its method is signed in to; undefined for one that waits for what is sent. */
export function kindOf(method: string): AccessKind | undefined {
  const known = POLLED_METHODS.find((each) => each === method);
  return known && KINDS[known];
}

/** What the API shows in the place of a secret, and takes for "as it is". */
export const MASK = "***";

/** What a form holds of it: switches are booleans, everything else is as it was typed. */
export type AccessValues = Record<string, string | boolean>;

export interface AccessField {
  name: string;
  control: "text" | "port" | "secret" | "key" | "switch" | "choice";
  choices?: readonly string[];
  initial: string | boolean;
  required?: boolean;
  /** Whether it is asked for, after what else was chosen. */
  asked?: (values: AccessValues) => boolean;
}

const AUTH_PROTOCOLS = ["", "MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512"];
const PRIV_PROTOCOLS = ["", "DES", "AES", "AES192", "AES256", "AES192C", "AES256C"];

const isVersion3 = ({ version }: AccessValues): boolean => version === "v3";
const isVouchedFor = (values: AccessValues): boolean => isVersion3(values) && values.auth_protocol !== "";
const isEncrypted = (values: AccessValues): boolean => isVouchedFor(values) && values.priv_protocol !== "";
const hasPassword = ({ authentication }: AccessValues): boolean =>
  authentication === "basic" || authentication === "digest";
const signsInWithKey = ({ sign_in }: AccessValues): boolean => sign_in === "private_key";

/** By kind, in the order in which they are asked for. */
export const FIELDS: Record<AccessKind, readonly AccessField[]> = {
  snmp: [
    { name: "port", control: "port", initial: "161", required: true },
    { name: "version", control: "choice", choices: ["v1", "v2c", "v3"], initial: "v2c" },
    { name: "community", control: "secret", initial: "", required: true, asked: (values) => !isVersion3(values) },
    { name: "username", control: "text", initial: "", required: true, asked: isVersion3 },
    { name: "context", control: "text", initial: "", asked: isVersion3 },
    { name: "auth_protocol", control: "choice", choices: AUTH_PROTOCOLS, initial: "SHA256", asked: isVersion3 },
    { name: "auth_password", control: "secret", initial: "", required: true, asked: isVouchedFor },
    { name: "priv_protocol", control: "choice", choices: PRIV_PROTOCOLS, initial: "AES", asked: isVouchedFor },
    { name: "priv_password", control: "secret", initial: "", required: true, asked: isEncrypted },
  ],
  http: [
    { name: "port", control: "port", initial: "" },
    {
      name: "authentication",
      control: "choice",
      choices: ["none", "basic", "digest", "bearer", "header"],
      initial: "none",
    },
    { name: "username", control: "text", initial: "", required: true, asked: hasPassword },
    { name: "password", control: "secret", initial: "", required: true, asked: hasPassword },
    {
      name: "header",
      control: "text",
      initial: "",
      required: true,
      asked: ({ authentication }) => authentication === "header",
    },
    {
      name: "token",
      control: "secret",
      initial: "",
      required: true,
      asked: ({ authentication }) => authentication === "bearer" || authentication === "header",
    },
    { name: "tls", control: "switch", initial: true },
    { name: "verify_certificate", control: "switch", initial: true, asked: ({ tls }) => tls === true },
  ],
  ssh: [
    { name: "port", control: "port", initial: "22", required: true },
    { name: "username", control: "text", initial: "", required: true },
    { name: "sign_in", control: "choice", choices: ["password", "private_key"], initial: "password" },
    {
      name: "password",
      control: "secret",
      initial: "",
      required: true,
      asked: (values) => !signsInWithKey(values),
    },
    { name: "private_key", control: "key", initial: "", required: true, asked: signsInWithKey },
    { name: "passphrase", control: "secret", initial: "", asked: signsInWithKey },
    { name: "host_key", control: "text", initial: "" },
  ],
};

/** Chooses between fields of the form; the API sees which of them are there. */
const SIGN_IN = "sign_in";

export function askedOf(kind: AccessKind, values: AccessValues): AccessField[] {
  return FIELDS[kind].filter(({ asked }) => asked === undefined || asked(values));
}

/** What a form begins with: of a new target, or of one that is there. */
export function valuesOf(kind: AccessKind, access?: Readonly<Record<string, unknown>>): AccessValues {
  const values: AccessValues = {};
  for (const { name, initial } of FIELDS[kind]) {
    const kept = access?.[name];
    // What a target that is there does not have was left empty, whatever a new one begins with.
    const otherwise = access === undefined || typeof initial === "boolean" ? initial : "";
    values[name] = typeof kept === "number" ? String(kept) : isWritten(kept) ? kept : otherwise;
  }
  if (kind === "ssh") values[SIGN_IN] = access?.private_key === undefined ? "password" : "private_key";
  return values;
}

function isWritten(value: unknown): value is string | boolean {
  return typeof value === "string" || typeof value === "boolean";
}

/** What the API is told: what is asked for and not empty. A secret that nobody has typed anew is its mask. */
export function accessOf(kind: AccessKind, values: AccessValues): Record<string, unknown> {
  const told: Record<string, unknown> = { kind };
  for (const { name, control } of askedOf(kind, values)) {
    const value = values[name];
    if (name === SIGN_IN || value === "" || value === undefined) continue;
    told[name] = control === "port" ? Number(value) : value;
  }
  return told;
}

/** Fields that are wrong as they stand, by name. */
export function wrongIn(kind: AccessKind, values: AccessValues): Map<string, "needed" | "port"> {
  const wrong = new Map<string, "needed" | "port">();
  for (const { name, control, required } of askedOf(kind, values)) {
    const value = values[name];
    if (required === true && (value === "" || value === undefined)) wrong.set(name, "needed");
    else if (control === "port" && value !== "" && !isPort(String(value))) wrong.set(name, "port");
  }
  return wrong;
}

function isPort(typed: string): boolean {
  return /^\d{1,5}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= 65_535;
}
