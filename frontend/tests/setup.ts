import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { useToasts } from "@/components/toast";
import { speakPlainly } from "@/lib/inputWords";
import { server } from "./server";

speakPlainly();

// Test files share their modules, so that a stand-in is the same one for all of them or is not there for some.
vi.mock("@/lib/download", () => import("./savedFiles"));
vi.mock("@/components/Plot", () => import("./drawnPlots"));

// jsdom draws nothing.
vi.mock("@/components/EChartCanvas", () => ({ default: () => null }));

// jsdom lacks what Radix, the charts and files that are chosen ask a browser for.
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  },
);
Element.prototype.hasPointerCapture = () => false;
Element.prototype.setPointerCapture = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
Blob.prototype.arrayBuffer = function (this: Blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(new Error("the file can't be read"));
    reader.readAsArrayBuffer(this);
  });
};
window.matchMedia = (query) => Object.assign(new EventTarget(), { matches: false, media: query }) as MediaQueryList;

// Two cores do other things as well.
configure({ asyncUtilTimeout: 30_000 });

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  cleanup();
  // Files share a document, and what was left of the last test is none of the next one's.
  document.body.removeAttribute("style");
  useToasts.setState({ news: [] });
  server.resetHandlers();
  localStorage.clear();
  sessionStorage.clear();
});
afterAll(() => server.close());
