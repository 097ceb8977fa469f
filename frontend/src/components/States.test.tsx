import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ProblemError } from "@/lib/problem";
import { QueryState } from "./States";

it.each([
  [404, 0],
  [403, 0],
  [503, 1],
  [429, 1],
])("offers to try again after a %d: %d", (status, buttons) => {
  const error = new ProblemError(status, { detail: "there is no device cooler-9" });
  render(<QueryState query={{ data: undefined, error, refetch: () => null }}>{() => null}</QueryState>);
  expect(screen.getByRole("alert")).toHaveTextContent("there is no device cooler-9");
  expect(screen.queryAllByRole("button", { name: "Try again" })).toHaveLength(buttons);
});
