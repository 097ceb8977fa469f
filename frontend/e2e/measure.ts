/** What a page costs: frames, the main thread's work, requests. */
import { appendFileSync } from "node:fs";
import type { CDPSession, Page } from "playwright-core";
import { stack } from "./stack";

export interface Figure {
  name: string;
  value: number;
  unit: string;
  yardstick: number;
  /** What the yardstick is. */
  against: string;
}

/** Hand figures to the benchmark that has started this: a line each in the file that it names. */
export function tell(...figures: Figure[]): void {
  const file = process.env.PULSE_FIGURES;
  if (file === undefined) throw new Error("figures are measured by `make bench`, which names a file for them");
  for (const figure of figures) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}

interface Traffic {
  /** Paths of the API with the number of requests. */
  requests: Map<string, number>;
  /** What came over the network, compressed as it came. */
  bytes: number;
}

/** Count what a page asks the API for, and what that weighs, until it is closed. */
export async function watchTraffic(session: CDPSession): Promise<Traffic> {
  const traffic: Traffic = { requests: new Map(), bytes: 0 };
  const ofTheApi = new Set<string>();
  const { pathname } = new URL(stack.api_url);
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    const path = new URL(request.url).pathname.replace(pathname, "");
    if (!/^\/(customer|operator|api)\//.test(path)) return;
    ofTheApi.add(requestId);
    traffic.requests.set(path, (traffic.requests.get(path) ?? 0) + 1);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (ofTheApi.delete(requestId)) traffic.bytes += encodedDataLength;
  });
  return traffic;
}

export const requestsOf = ({ requests }: Traffic): number => [...requests.values()].reduce((sum, one) => sum + one, 0);

/** Seconds that the page's main thread has worked, all in all. */
export async function mainThreadSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN;
}

export interface Scroll {
  /** Milliseconds of each frame. */
  frames: number[];
  /** Frames in which a part of the view had no rows yet. */
  waiting: number;
  /** Rows that went by. */
  rows: number;
}

/** Scroll a list evenly, by the clock: a frame that comes late shows it further down, as under a finger. */
export function scroll(page: Page, pixelsPerSecond: number, seconds: number): Promise<Scroll> {
  return page.getByRole("grid").evaluate(
    (list, { speed, duration }) =>
      new Promise<Scroll>((done) => {
        const frames: number[] = [];
        let waiting = 0;
        const rowHeight = list.querySelector("[role=row]")?.getBoundingClientRect().height ?? NaN;
        const from = list.scrollTop;
        const began = performance.now();
        let last = began;
        const frame = (now: number): void => {
          frames.push(now - last);
          last = now;
          const { top, bottom } = list.getBoundingClientRect();
          const rows = list.querySelectorAll("[role=row]");
          // None at all while everything in view is yet to come.
          const begins = rows[0]?.getBoundingClientRect().top ?? Infinity;
          const ends = rows[rows.length - 1]?.getBoundingClientRect().bottom ?? -Infinity;
          if (begins > top || ends < bottom) waiting += 1;
          if (now - began >= duration * 1000) {
            done({ frames: frames.slice(1), waiting, rows: Math.round((list.scrollTop - from) / rowHeight) });
            return;
          }
          list.scrollTop = from + ((now - began) / 1000) * speed;
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    { speed: pixelsPerSecond, duration: seconds },
  );
}
