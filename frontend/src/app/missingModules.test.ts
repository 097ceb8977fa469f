import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followMissingModules } from "./missingModules";

const reload = vi.fn();
followMissingModules(reload);

beforeEach(() => {
  sessionStorage.clear();
  reload.mockClear();
});
afterEach(() => vi.restoreAllMocks());

const miss = (): boolean => dispatchEvent(new Event("vite:preloadError"));

it("reads everything anew when a module is gone", () => {
  miss();
  expect(reload).toHaveBeenCalledOnce();
});

it("leaves what is shown without a network, also when that is back and the module can be had", () => {
  const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  miss();
  onLine.mockReturnValue(true);
  dispatchEvent(new Event("online"));
  expect(reload).not.toHaveBeenCalled();
});

it("reads everything anew when a module is gone that was missed without a network", () => {
  const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  miss();
  onLine.mockReturnValue(true);
  miss();
  expect(reload).toHaveBeenCalledOnce();
});

it("does not go on reloading for a module that stays away", () => {
  const start = Date.now();
  miss();
  miss();
  expect(reload).toHaveBeenCalledOnce();
  vi.spyOn(Date, "now").mockReturnValue(start + 61_000);
  miss();
  expect(reload).toHaveBeenCalledTimes(2);
});
