import { render, screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, expect, it, vi } from "vitest";
import { problem, server } from "#tests/server";
import { signRequestsWith } from "@/api/client";
import { Wall } from "./Wall";

afterEach(() => signRequestsWith({ token: () => null, renew: () => Promise.resolve(null) }));

function answerFeeds(answerOne: (request: Request) => Response): void {
  server.use(http.get("*/operator/noc/:feed", ({ request }) => answerOne(request)));
}

it("reads the feeds with its key alone, and asks nothing of who is there", async () => {
  signRequestsWith({ token: () => "pulseop_1_secret", renew: () => Promise.resolve(null) });
  const told: (string | null)[] = [];
  answerFeeds((request) => {
    told.push(request.headers.get("Authorization"));
    return HttpResponse.json(problem(503, "the database is away"), { status: 503 });
  });
  render(<Wall />);
  expect(await screen.findByText("TV mode · Esc leaves")).toBeVisible();
  await vi.waitFor(() => expect(new Set(told)).toEqual(new Set(["Bearer pulseop_1_secret"])));
  expect(screen.queryByRole("link", { name: "Address for a wall screen" })).toBeNull();
});

it.each([401, 403])("shows nothing any more once its key has ended (%s)", async (status) => {
  answerFeeds(() => HttpResponse.json(problem(status, "the key is revoked"), { status }));
  render(<Wall />);
  expect(await screen.findByText("This screen has no key that opens it")).toBeVisible();
  expect(screen.queryByRole("heading", { level: 1 })).toBeNull();
});
