/** The network of tests: what a test doesn't answer itself fails it. */
import { http, HttpResponse, type HttpHandler } from "msw";
import { setupServer } from "msw/node";

/** Forms that have a time zone begin with the organisation's. */
export const ORGANISATION_ZONE = "Europe/Amsterdam";

export const server = setupServer(
  http.get("*/customer/metrics/catalog", () => HttpResponse.json({ items: [], next_cursor: null })),
  // Operators see and choose tenants by name.
  http.get("*/operator/tenants", () =>
    HttpResponse.json({ items: [{ tenant_id: "acme", name: "Acme Cold Chain" }], next_cursor: null, total: 1 }),
  ),
  http.get("*/customer/tenant", () => HttpResponse.json({ timezone: ORGANISATION_ZONE })),
);

/** Answer a path, given without host: `answer("get", "/customer/devices/summary", {…})`. */
export function answer(
  method: "get" | "post" | "put" | "patch" | "delete",
  path: string,
  body: object | null,
  status = 200,
): void {
  server.use(
    http[method](`*${path}`, () =>
      body === null ? new HttpResponse(null, { status }) : HttpResponse.json(body, { status }),
    ),
  );
}

interface Heard {
  /** What was sent last; undefined before, null without a body. */
  body: unknown;
  /** The version that the change was made from. */
  version: string | null;
}

/** Answer a change, and keep what was sent. */
export function hear(
  method: "post" | "put" | "patch" | "delete",
  path: string,
  body: object | null,
  status = 200,
): Heard {
  const heard: Heard = { body: undefined, version: null };
  server.use(
    http[method](`*${path}`, async ({ request }) => {
      const sent = await request.text();
      heard.body = sent === "" ? null : JSON.parse(sent);
      heard.version = request.headers.get("If-Match");
      return body === null ? new HttpResponse(null, { status }) : HttpResponse.json(body, { status });
    }),
  );
  return heard;
}

/** Answer a read, and keep what was asked for. */
export function hearQuery(path: string, body: object): { search: string } {
  const asked = { search: "" };
  server.use(
    http.get(`*${path}`, ({ request }) => {
      asked.search = new URL(request.url).search;
      return HttpResponse.json(body);
    }),
  );
  return asked;
}

export function problem(status: number, detail: string, errors: { field: string; reason: string }[] = []): object {
  return { type: "about:blank", title: "Refused", status, detail, errors, request_id: "request-1" };
}

export type { HttpHandler };
