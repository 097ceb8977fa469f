import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { ProblemError } from "@/lib/problem";
import { QueryState, Skeleton } from "./States";

afterEach(() => vi.useRealTimers());

it("says after eight seconds that it takes longer than usual, once for all that wait", () => {
  vi.useFakeTimers();
  const waiting = [<Skeleton key="one" />, <Skeleton key="two" />];
  const { rerender } = render(waiting);
  act(() => void vi.advanceTimersByTime(7999));
  expect(screen.queryByText("This takes longer than usual.")).not.toBeInTheDocument();
  act(() => void vi.advanceTimersByTime(1));
  expect(screen.getAllByText("This takes longer than usual.")).toHaveLength(1);
  rerender(waiting.slice(1));
  expect(screen.getByText("This takes longer than usual.")).toBeVisible();
  rerender([]);
  expect(screen.queryByText("This takes longer than usual.")).not.toBeInTheDocument();
});

it.each([
  [404, 0],
  [403, 0],
  [422, 0],
  [503, 1],
  [429, 1],
])("offers to try again after a %d: %d", (status, buttons) => {
  const error = new ProblemError(status, { detail: "there is no device cooler-9" });
  render(<QueryState query={{ data: undefined, error, refetch: () => null }}>{() => null}</QueryState>);
  expect(screen.getByRole("alert")).toHaveTextContent("there is no device cooler-9");
  expect(screen.queryAllByRole("button", { name: "Try again" })).toHaveLength(buttons);
});

it.each([
  [404, "There is no such thing, or it is gone"],
  [403, "Not for you to see"],
  [503, "This could not be read"],
])("has a heading where a %d is all that a page has", (status, heading) => {
  const error = new ProblemError(status, { detail: "there is no device cooler-9" });
  const query = { data: undefined, error, refetch: () => null };
  const { rerender } = render(
    <QueryState isPage query={query}>
      {() => null}
    </QueryState>,
  );
  expect(screen.getByRole("heading", { level: 1, name: heading })).toBeVisible();
  rerender(<QueryState query={query}>{() => null}</QueryState>);
  expect(screen.queryByRole("heading")).not.toBeInTheDocument();
});

it("says that there is nothing of an address that has no id where one belongs", () => {
  const reason = "must be an id such as 5b0c3d52-7f7e-4b43-a1b2-0c9d8e7f6a5b";
  const error = new ProblemError(422, { detail: "check rule_id", errors: [{ field: "rule_id", reason }] });
  render(
    <QueryState isPage query={{ data: undefined, error, refetch: () => null }}>
      {() => null}
    </QueryState>,
  );
  expect(screen.getByRole("heading", { level: 1, name: "There is no such thing, or it is gone" })).toBeVisible();
  expect(screen.getByText("There is no such rule. Its address may be cut off or typed wrongly.")).toBeVisible();
});
