import { QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, http, HttpResponse } from "msw";
import { afterEach, expect, it, vi } from "vitest";
import { SessionContext } from "@/auth/permissions";
import type { Session } from "@/auth/session";
import { expectAccessible } from "#tests/axe";
import { server } from "#tests/server";
import { Entrance } from "./Entrance";
import { makeQueryClient } from "./queryClient";

afterEach(() => vi.useRealTimers());

function arrive(): { signOut: ReturnType<typeof vi.fn> } {
  const signOut = vi.fn(() => Promise.resolve());
  render(
    <SessionContext value={{ signOut } as unknown as Session}>
      <QueryClientProvider client={makeQueryClient()}>
        <Entrance />
      </QueryClientProvider>
    </SessionContext>,
  );
  return { signOut };
}

it("says what failed while it is tried again, and lets who waits try at once or leave", async () => {
  let asked = 0;
  server.use(
    http.get("*/customer/me", () => {
      asked += 1;
      return HttpResponse.json(
        { detail: "the database does not answer" },
        { status: 503, headers: { "Retry-After": "60" } },
      );
    }),
  );
  const { signOut } = arrive();
  expect(await screen.findByText(/the database does not answer/i)).toBeVisible();
  expect(screen.getByRole("status", { name: "Loading" })).toBeVisible();
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await vi.waitFor(() => expect(asked).toBe(2));
  await userEvent.click(await screen.findByRole("button", { name: "Sign out" }));
  expect(signOut).toHaveBeenCalledOnce();
});

it("says after a while that nobody answers", () => {
  vi.useFakeTimers();
  server.use(http.get("*/customer/me", () => delay("infinite")));
  arrive();
  expect(screen.queryByRole("button")).not.toBeInTheDocument();
  act(() => void vi.advanceTimersByTime(8000));
  expect(screen.getByText("This takes longer than usual.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Sign out" })).toBeVisible();
  act(() => screen.getByRole("button", { name: "Try again" }).click());
  expect(screen.queryByText("This takes longer than usual.")).not.toBeInTheDocument();
  act(() => void vi.advanceTimersByTime(8000));
  expect(screen.getByText("This takes longer than usual.")).toBeVisible();
});
