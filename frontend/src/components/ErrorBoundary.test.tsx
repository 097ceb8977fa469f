import { onlineManager } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { lazily } from "@/lib/lazily";
import { LazyPart } from "./ErrorBoundary";

const load = vi.fn<() => Promise<{ default: () => string }>>();
const there = { default: () => "The chart" };

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  load.mockReset().mockResolvedValue(there);
});
afterEach(() => {
  onlineManager.setOnline(true);
  vi.restoreAllMocks();
});

function showPage(Part = lazily(load)): void {
  render(
    <>
      <p>The rest</p>
      <LazyPart>
        <Part />
      </LazyPart>
      <LazyPart>
        <Part />
      </LazyPart>
    </>,
  );
}

it("says of a part that was not fetched yet that there is no connection, and shows it once that is back", async () => {
  onlineManager.setOnline(false);
  showPage();
  expect(await screen.findAllByRole("alert")).toHaveLength(2);
  expect(screen.getAllByRole("alert")[0]).toHaveTextContent("No connection");
  expect(screen.getByText("The rest")).toBeVisible();
  // A browser keeps that it could not be fetched.
  expect(load).not.toHaveBeenCalled();
  act(() => onlineManager.setOnline(true));
  expect(await screen.findAllByText(/The chart/)).not.toHaveLength(0);
  expect(screen.queryByRole("alert")).toBeNull();
});

it("shows a part without a connection that was fetched before", async () => {
  const Part = lazily(load);
  await act(() => {
    Part.prepare();
    return Promise.resolve();
  });
  onlineManager.setOnline(false);
  showPage(Part);
  expect(await screen.findByText(/The chart/)).toBeVisible();
});

it("asks again for a part that is missing with a connection when it is told to, and not by itself", async () => {
  load.mockRejectedValue(new TypeError("Failed to fetch dynamically imported module"));
  showPage();
  expect((await screen.findAllByRole("alert"))[0]).toHaveTextContent("Something went wrong");
  const asked = load.mock.calls.length;
  load.mockResolvedValue(there);
  await userEvent.click(screen.getAllByRole("button", { name: "Try again" })[0] as HTMLElement);
  expect(await screen.findByText(/The chart/)).toBeVisible();
  expect(load).toHaveBeenCalledTimes(asked + 1);
});
