import { act, renderHook } from "@testing-library/react";
import { createElement, type ReactNode } from "react";
import { MemoryRouter, useLocation, useNavigate } from "react-router";
import { expect, it } from "vitest";
import { useSearchState } from "./useSearchState";

function page(address: string) {
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(MemoryRouter, { initialEntries: [address] }, children);
  // Two parts of a page, each with the state for itself.
  return renderHook(
    () => ({
      filters: useSearchState(),
      search: useSearchState(),
      address: useLocation().search,
      navigate: useNavigate(),
    }),
    { wrapper },
  ).result;
}

it("keeps of two changes before the next render both", () => {
  const shown = page("/alerts?status=CLOSED");
  act(() => {
    shown.current.filters.change({ severity: ["CRITICAL"] });
    shown.current.search.change({ q: "thaw" }, { replace: true });
  });
  expect(shown.current.address).toBe("?status=CLOSED&severity=CRITICAL&q=thaw");
});

it("begins at what is shown after somebody went back", () => {
  const shown = page("/alerts?status=CLOSED");
  act(() => shown.current.filters.change({ q: "thaw" }));
  act(() => void shown.current.navigate(-1));
  act(() => shown.current.filters.change({ severity: ["LOW"] }));
  expect(shown.current.address).toBe("?status=CLOSED&severity=LOW");
});

it("takes out what is empty or null", () => {
  const shown = page("/alerts?q=thaw&site=north&severity=LOW");
  act(() => shown.current.filters.change({ q: "", site: null, severity: ["", "HIGH"] }));
  expect(shown.current.address).toBe("?severity=HIGH");
});
