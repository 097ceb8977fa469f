import { beforeEach, expect, it, vi } from "vitest";

beforeEach(() => {
  sessionStorage.clear();
  vi.resetModules();
});

it("knows where a list was left, and of another list nothing", async () => {
  const { keepPlace, placeKept } = await import("./listPlace");
  keepPlace("status=STALE", 4400.4);
  expect(placeKept("status=STALE")).toBe(4400);
  expect(placeKept("")).toBe(0);
});

it("knows it after the page was loaded again", async () => {
  const { keepPlace } = await import("./listPlace");
  keepPlace("", 880);
  window.dispatchEvent(new Event("pagehide"));
  vi.resetModules();
  const { placeKept } = await import("./listPlace");
  expect(placeKept("")).toBe(880);
});
