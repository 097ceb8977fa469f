import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { ProblemError } from "@/lib/problem";
import { answer, problem, server } from "../../tests/server";
import { api, ask, signRequestsWith } from "./client";

const renew = vi.fn<() => Promise<string | null>>();

beforeEach(() => {
  renew.mockReset();
  signRequestsWith({ token: () => "old", renew });
});

it("signs requests, and sends a refused one again with a new token", async () => {
  const seen: (string | null)[] = [];
  renew.mockResolvedValue("new");
  server.use(
    http.post("*/customer/sites", async ({ request }) => {
      seen.push(request.headers.get("authorization"));
      const body = await request.json();
      return seen.length === 1 ? HttpResponse.json(problem(401, "expired"), { status: 401 }) : HttpResponse.json(body);
    }),
  );
  const site = await ask(api.POST("/customer/sites", { body: { site_id: "north", name: "North" } as never }));
  expect(seen).toEqual(["Bearer old", "Bearer new"]);
  expect(site).toMatchObject({ site_id: "north" });
});

it("is refused for good when there is no new token", async () => {
  renew.mockResolvedValue(null);
  answer("get", "/customer/me", problem(401, "the session has ended"), 401);
  await expect(ask(api.GET("/customer/me"))).rejects.toMatchObject({ status: 401, message: "the session has ended" });
});

it("fails with the API's words, its fields and the request's id", async () => {
  answer("get", "/customer/me", problem(422, "the input is wrong", [{ field: "limit", reason: "is too large" }]), 422);
  const failure = await ask(api.GET("/customer/me")).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ProblemError);
  expect(failure).toMatchObject({
    status: 422,
    requestId: "request-1",
    sentence: "the input is wrong",
  });
});

it("knows how long it is asked to wait", async () => {
  server.use(
    http.get("*/customer/me", () =>
      HttpResponse.json(problem(429, "too many requests"), { status: 429, headers: { "Retry-After": "12" } }),
    ),
  );
  await expect(ask(api.GET("/customer/me"))).rejects.toMatchObject({ status: 429, retryAfterSeconds: 12 });
});

it("says that there is no connection when no answer comes", async () => {
  server.use(http.get("*/customer/me", () => HttpResponse.error()));
  await expect(ask(api.GET("/customer/me"))).rejects.toMatchObject({ status: 0, title: "No connection" });
});
