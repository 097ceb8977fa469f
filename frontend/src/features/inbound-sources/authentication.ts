/** How a source shows its secret, as a form has it and as a first message is sent with it. Pure. */
import type { Authentication, NewSource } from "./queries";

export const KINDS = ["header", "query", "body", "hmac", "standard_webhooks"] as const;
export type Kind = (typeof KINDS)[number];

/** Where the secret stands when nobody says otherwise. */
export const USUAL_PLACES: Record<Kind, string> = {
  header: "Authorization",
  query: "key",
  body: "$.routing_key",
  hmac: "X-Signature-SHA256",
  standard_webhooks: "",
};

export function placeOf(authentication: Authentication): string {
  switch (authentication.kind) {
    case "header":
    case "query":
      return authentication.name;
    case "body":
      return authentication.path;
    case "hmac":
      return authentication.header;
    case "standard_webhooks":
      return "";
  }
}

export const ALGORITHMS = ["sha256", "sha512", "sha1"] as const;
export const ENCODINGS = ["hex", "base64"] as const;

/** How a signature is made and written, as a form asks for it. */
export interface Signature {
  algorithm: (typeof ALGORITHMS)[number];
  encoding: (typeof ENCODINGS)[number];
  prefix: string;
  /** Empty where no time is signed. */
  timestamp_header: string;
  separator: string;
}

const USUAL_SIGNATURE: Signature = {
  algorithm: "sha256",
  encoding: "hex",
  prefix: "",
  timestamp_header: "",
  separator: ":",
};

export function signatureOf(authentication: Authentication | undefined): Signature {
  if (authentication?.kind !== "hmac") return USUAL_SIGNATURE;
  const { algorithm, encoding, prefix, timestamp_header, separator } = authentication;
  return { algorithm, encoding, prefix, timestamp_header: timestamp_header ?? "", separator };
}

export function authenticationOf(kind: Kind, place: string, signature: Signature): Authentication {
  switch (kind) {
    case "header":
    case "query":
      return { kind, name: place };
    case "body":
      return { kind, path: place };
    case "hmac":
      return { kind, header: place, ...signature, timestamp_header: signature.timestamp_header || null };
    case "standard_webhooks":
      return { kind };
  }
}

/** What the addon for scripts of one's own reads; what other systems send, they know best. */
const OWN_MESSAGE = '{"alert": "first_message", "device": "test-1", "severity": "low", "status": "firing"}';

/** Whether the command sends a file, which has to be there: a message as the other system makes it. */
export function needsFile({ addon_id }: Pick<NewSource, "addon_id">): boolean {
  return addon_id !== "generic_json";
}

/** A command that sends a first message; null where the secret signs it, which a sender's own program has to do. */
export function firstMessage(source: NewSource, origin: string): string | null {
  const address = `${origin}${source.path}`;
  const { authentication, secret } = source;
  const data = needsFile(source) ? "--data @message.json" : `--data '${OWN_MESSAGE}'`;
  const send = (address: string, ...more: string[]): string =>
    [`curl -X POST '${address}'`, "-H 'Content-Type: application/json'", ...more, data].join(" \\\n  ");
  if (authentication.kind === "query") return send(`${address}?${authentication.name}=${encodeURIComponent(secret)}`);
  if (authentication.kind !== "header") return null;
  const value = authentication.name.toLowerCase() === "authorization" ? `Bearer ${secret}` : secret;
  return send(address, `-H '${authentication.name}: ${value}'`);
}
