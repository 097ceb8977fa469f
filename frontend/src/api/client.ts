/** The one door to the API: typed by docs/openapi.json, signed with the access token, failing with a ProblemError. */
import createClient, { type Middleware } from "openapi-fetch";
import { ProblemError } from "@/lib/problem";
import type { paths } from "./schema";

export interface TokenSource {
  /** The access token, null of who is not signed in. */
  token: () => string | null;
  /** A new one after the API has refused the old one; null if the session is over. */
  renew: () => Promise<string | null>;
}

let tokens: TokenSource = { token: () => null, renew: () => Promise.resolve(null) };

/** Have requests signed with what `source` gives. */
export function signRequestsWith(source: TokenSource): void {
  tokens = source;
}

/** The access token that the next request is signed with; null of who is not signed in. */
export function currentToken(): string | null {
  return tokens.token();
}

/** Of requests under way, so that a refused one can be sent again: a body can be read once. */
const copies = new WeakMap<Request, Request>();

/** How long a form takes at most from its button to its request; whoever saves later has not said it of that. */
const OVERWRITE_MILLISECONDS = 3000;
const overwritten = new Map<string, number>();

/** Have the change that is sent to an address now be made over whatever version is there (RFC 9110, `If-Match: *`). */
export function overwriteAt(address: string): void {
  overwritten.set(address, Date.now() + OVERWRITE_MILLISECONDS);
}

const overwriting: Middleware = {
  onRequest({ request }) {
    if (!request.headers.has("If-Match")) return;
    const until = overwritten.get(request.url);
    overwritten.delete(request.url);
    if (until !== undefined && Date.now() < until) request.headers.set("If-Match", "*");
    return request;
  },
};

const authorization: Middleware = {
  onRequest({ request }) {
    const token = tokens.token();
    if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
    copies.set(request, request.clone());
    return request;
  },
  async onResponse({ request, response }) {
    const copy = copies.get(request);
    if (response.status !== 401 || copy === undefined) return response;
    const token = await tokens.renew();
    if (token === null) return response;
    copy.headers.set("Authorization", `Bearer ${token}`);
    return fetch(copy);
  },
};

export const api = createClient<paths>({
  baseUrl: location.origin,
  // At the time of the call, so that tests can put a network of their own in its place.
  fetch: (request) => fetch(request),
});
api.use(overwriting, authorization);

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The answer's content. Throws ProblemError; its status is 0 when no answer came at all. */
export async function ask<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>;
  try {
    answer = await call;
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new ProblemError(0, { title: "No connection", detail: "The server can't be reached. Is there a network?" });
  }
  if (!answer.response.ok) {
    const { status, headers, url } = answer.response;
    throw new ProblemError(status, answer.error, { retryAfter: headers.get("Retry-After"), address: url });
  }
  // A 204 has no content, and its type says so.
  return answer.data as Data;
}

/** The header by which a change says which version it was made from. */
export function ifMatch(version: number): { "if-match": string } {
  return { "if-match": `"${version}"` };
}
