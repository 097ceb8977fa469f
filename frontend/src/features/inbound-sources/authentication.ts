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

/** What a form asks for; what it does not show of a signature stays as it was. */
export function authenticationOf(kind: Kind, place: string, before?: Authentication): Authentication {
  switch (kind) {
    case "header":
    case "query":
      return { kind, name: place };
    case "body":
      return { kind, path: place };
    case "hmac":
      return before?.kind === "hmac"
        ? { ...before, header: place }
        : {
            kind,
            header: place,
            algorithm: "sha256",
            encoding: "hex",
            prefix: "",
            timestamp_header: null,
            separator: ":",
          };
    case "standard_webhooks":
      return { kind };
  }
}

/** A command that sends a first message; null where the secret signs it, which a sender's own program has to do. */
export function firstMessage(source: NewSource, origin: string): string | null {
  const address = `${origin}${source.path}`;
  const { authentication, secret } = source;
  const send = (address: string, ...more: string[]): string =>
    [`curl -X POST '${address}'`, "-H 'Content-Type: application/json'", ...more, "--data @message.json"].join(
      " \\\n  ",
    );
  if (authentication.kind === "query") return send(`${address}?${authentication.name}=${encodeURIComponent(secret)}`);
  if (authentication.kind !== "header") return null;
  const value = authentication.name.toLowerCase() === "authorization" ? `Bearer ${secret}` : secret;
  return send(address, `-H '${authentication.name}: ${value}'`);
}
