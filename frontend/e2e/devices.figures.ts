/** How a long list of devices opens and scrolls. `make bench BENCHES=app_devices` fills the fleet and runs this. */
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { openAs, openBrowser, openPage, settle, signedInAs } from "./browser";
import { mainThreadSeconds, requestsOf, scroll, tell, watchTraffic } from "./measure";
import { stack } from "./stack";

/** What was asked for: a second until the list is there, sixty frames in each of them. */
const OPEN_MILLISECONDS = 1000;
const FRAMES_PER_SECOND = 60;
const FRAME_MILLISECONDS = 1000 / FRAMES_PER_SECOND;
/** A firm flick: 136 rows in a second, a page of them in one and a half. */
const PIXELS_PER_SECOND = 6000;
const SCROLL_SECONDS = 20;
const ROUNDS = 3;
/** How the fleet behaves meanwhile. */
const fleet = process.env.PULSE_FLEET ?? "calm";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Milliseconds from the navigation to the frame that shows the first rows. */
async function open(context: BrowserContext): Promise<number> {
  const page = await context.newPage();
  await page.goto(`${stack.app_url}devices`, { waitUntil: "commit" });
  const took = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        const look = (): void => {
          if (document.querySelector("[role=grid] [role=row]") === null) requestAnimationFrame(look);
          else requestAnimationFrame(done);
        };
        look();
      }),
  );
  await page.close();
  return took;
}

it(`opens and scrolls the devices of a ${fleet} fleet`, { timeout: 300_000 }, async () => {
  const told = (name: string, value: number, unit: string, yardstick: number, against: string): void =>
    tell({ name: `app_devices, ${fleet} fleet, ${name}`, value, unit, yardstick, against });
  // Functions that have yet to start are none of the page's.
  const { context, page } = await openAs(browser, "tenant-admin", "devices");
  await page.getByRole("grid").getByRole("row").first().waitFor();
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { context: fresh } = await openPage(browser);
    await signedInAs(fresh, "tenant-admin");
    cold.push(await open(fresh));
    warm.push(await open(fresh));
    await fresh.close();
  }
  told("first rows, nothing cached, median of 3", median(cold), "ms", OPEN_MILLISECONDS, "the target");
  told("first rows, files cached, median of 3", median(warm), "ms", OPEN_MILLISECONDS, "the target");

  const session = await context.newCDPSession(page);
  // In time of its thread: what other programs take on the same cores is not counted.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(`${stack.app_url}devices`);
  await page.getByRole("grid").getByRole("row").first().waitFor();
  await settle(page);
  const traffic = await watchTraffic(session);
  const before = await mainThreadSeconds(session);
  const { frames, waiting, rows } = await scroll(page, PIXELS_PER_SECOND, SCROLL_SECONDS);
  const work = ((await mainThreadSeconds(session)) - before) * 1000;
  const rate = (frames.length * 1000) / frames.reduce((sum, frame) => sum + frame, 0);
  told(`frames while ${rows} rows go by`, rate, "/s", FRAMES_PER_SECOND, "the target");
  told("95th percentile of frames", percentile(frames, 95), "ms", FRAME_MILLISECONDS, "a frame of 60");
  told("longest frame", Math.max(...frames), "ms", FRAME_MILLISECONDS, "a frame of 60");
  told("main thread's work in a frame", work / frames.length, "ms", FRAME_MILLISECONDS, "a frame of 60");
  told("frames with rows yet to come", (100 * waiting) / frames.length, "%", 1, "one in a hundred");
  told("requests", requestsOf(traffic), "", Math.ceil(rows / 200), "pages that went by");
  told("answers", traffic.bytes / 1000, "kB", rows, "a kB for each row");
  await context.close();
});

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

const median = (values: readonly number[]): number => percentile(values, 50);
