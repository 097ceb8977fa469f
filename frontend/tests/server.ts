/** The network of tests: what a test doesn't answer itself fails it. */
import { http, HttpResponse, type HttpHandler } from "msw";
import { setupServer } from "msw/node";

export const server = setupServer();

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

export function problem(status: number, detail: string, errors: { field: string; reason: string }[] = []): object {
  return { type: "about:blank", title: "Refused", status, detail, errors, request_id: "request-1" };
}

export type { HttpHandler };
