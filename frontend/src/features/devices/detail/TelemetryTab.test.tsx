import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { DeviceDetail } from "@/api/types";
import type { LineChartProps } from "@/components/LineChart";
import { saveFile } from "@/lib/download";
import { noteTelemetry } from "@/live/store";
import { drawnPlots } from "#tests/drawnPlots";
import { renderPage } from "#tests/render";
import { server } from "#tests/server";
import { TelemetryTab } from "./TelemetryTab";

const NOW = Date.now();
const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

const DEVICE = {
  device_id: "freezer-1",
  name: "Freezer 1",
  expected_interval: { seconds: 60, origin: "device_type" },
  metrics: [
    { metric: "temp_c", value: 4.5, time: ago(2) },
    { metric: "humidity", value: 40, time: ago(2) },
    { metric: "door_open", value: false, time: ago(2) },
  ],
} as unknown as DeviceDetail;

let asked: URL[];
let exported: URLSearchParams[];

beforeEach(() => {
  asked = [];
  exported = [];
  drawnPlots.clear();
  server.use(
    http.get("*/customer/devices/freezer-1/telemetry/series", ({ request }) => {
      const url = new URL(request.url);
      asked.push(url);
      const units: Record<string, string> = { temp_c: "°C", humidity: "%" };
      return HttpResponse.json({
        start: ago(60),
        end: ago(1),
        bucket_seconds: 60,
        series: url.searchParams.getAll("metric").map((metric) => ({
          metric,
          unit: units[metric] ?? null,
          points: [{ time: ago(2), avg: 4.5, min: 3.5, max: 8, count: 6 }],
        })),
      });
    }),
  );
});

/** What the chart of a metric was last given; its label says the newest value. */
const chart = async (metric: RegExp): Promise<LineChartProps> => {
  const label = (await screen.findByRole("img", { name: metric })).getAttribute("aria-label") ?? "";
  const props = drawnPlots.get(label);
  if (props === undefined) throw new Error(`nothing was drawn as "${label}"`);
  return props;
};

it("begins with the first numbers of a day, each unit in a chart of its own", async () => {
  renderPage(<TelemetryTab device={DEVICE} />);
  expect(await screen.findAllByRole("img", { name: /Freezer 1/ })).toHaveLength(2);
  expect(asked[0]?.searchParams.getAll("metric")).toEqual(["temp_c", "humidity"]);
  expect(asked[0]?.searchParams.get("range")).toBe("24h");
});

it("draws the metrics and the range that its address names", async () => {
  renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=door_open&range=1h" });
  expect(await screen.findByRole("img", { name: /door_open/ })).toBeVisible();
  expect(asked.map(({ search }) => search)).toEqual(["?metric=door_open&range=1h"]);
});

it("draws what is heard since behind what was read", async () => {
  renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c" });
  expect((await chart(/temp_c: 4.5 to 4.5, at last 4.5/)).lines[0]?.points).toHaveLength(1);
  const time = ago(0);
  act(() =>
    noteTelemetry({
      type: "device.telemetry",
      channel: "device:freezer-1",
      time,
      data: { device_id: "freezer-1", reading_time: time, metrics: { temp_c: 9.5 } },
    }),
  );
  const { lines, end } = await chart(/temp_c: 4.5 to 9.5, at last 9.5/);
  expect(lines[0]?.points.at(-1)).toEqual([Date.parse(time), 9.5]);
  expect(end).toBe(Date.parse(time));
});

it("draws the extremes behind the averages, and says so", async () => {
  renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c" });
  const { lines } = await chart(/temp_c/);
  expect(lines[0]?.extremes).toEqual([[Date.parse(ago(2)), 3.5, 8]]);
  expect(screen.getByText(/Averages over 1 min, with a band from the lowest to the highest value\./)).toBeVisible();
});

it("asks for the part that is looked closer at, and for the whole again", async () => {
  const user = userEvent.setup();
  const { router } = renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c" });
  const { onZoom } = await chart(/temp_c/);
  act(() => onZoom?.(Date.parse(ago(30)), Date.parse(ago(20))));
  await waitFor(() => expect(asked.at(-1)?.searchParams.get("start")).toBe(ago(30)));
  expect(asked.at(-1)?.searchParams.get("end")).toBe(ago(20));
  expect(asked.at(-1)?.searchParams.has("range")).toBe(false);
  expect(Object.fromEntries(new URLSearchParams(router.state.location.search))).toEqual({
    metric: "temp_c",
    start: ago(30),
    end: ago(20),
  });
  await user.click(await screen.findByRole("button", { name: "Whole range" }));
  expect(screen.queryByRole("button", { name: "Whole range" })).toBeNull();
});

const part = `/?metric=temp_c&range=6h&start=${ago(30)}&end=${ago(20)}`;

it("shows the part that its address names, as Custom, until a range is chosen", async () => {
  const user = userEvent.setup();
  const { router } = renderPage(<TelemetryTab device={DEVICE} />, { address: part });
  await chart(/temp_c/);
  expect(asked[0]?.searchParams.get("start")).toBe(ago(30));
  const range = screen.getByRole("combobox", { name: "Range" });
  expect(range).toHaveDisplayValue("Custom");
  await user.selectOptions(range, "6 h");
  await waitFor(() => expect(router.state.location.search).toBe("?metric=temp_c&range=6h"));
  expect(range).toHaveDisplayValue("6 h");
  expect(screen.queryByRole("option", { name: "Custom" })).toBeNull();
  await act(() => router.navigate(-1));
  expect(range).toHaveDisplayValue("Custom");
});

it("goes back to what was shown before somebody looked closer", async () => {
  const { router } = renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c" });
  const { onZoom } = await chart(/temp_c/);
  act(() => onZoom?.(Date.parse(ago(30)), Date.parse(ago(20))));
  await screen.findByRole("button", { name: "Whole range" });
  await act(() => router.navigate(-1));
  expect(screen.getByRole("combobox", { name: "Range" })).toHaveDisplayValue("24 h");
});

it("looks closer and further with buttons as well", async () => {
  const user = userEvent.setup();
  renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c&range=1h" });
  await user.click(await screen.findByRole("button", { name: "Look closer" }));
  // The half in the middle of an hour that ends now, or at the newest reading.
  await waitFor(() => expect(asked.at(-1)?.searchParams.has("start")).toBe(true));
  const [start = "", end = ""] = ["start", "end"].map((name) => asked.at(-1)?.searchParams.get(name) ?? "");
  expect(start > ago(46) && start < ago(44)).toBe(true);
  expect(end > ago(16) && end < ago(14)).toBe(true);
  expect(await screen.findByRole("button", { name: "Whole range" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Look at more" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Whole range" })).toBeNull());
});

const answerParts = (...parts: readonly string[]): void =>
  server.use(
    http.get("*/customer/devices/freezer-1/telemetry/export", ({ request }) => {
      const { searchParams: query } = new URL(request.url);
      exported.push(query);
      const place = Number(query.get("cursor") ?? 0);
      const headers = place + 1 < parts.length ? { "X-Next-Cursor": String(place + 1) } : undefined;
      return HttpResponse.text(`time,temp_c\r\n${parts[place]}\r\n`, headers && { headers });
    }),
  );

const saveAsFile = () => userEvent.setup().click(screen.getByRole("button", { name: /CSV/ }));

it("saves all readings of the range as a file, in however many parts they come", async () => {
  answerParts("1,4.5", "2,4.6", "3,4.7");
  renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c&range=6h" });
  await saveAsFile();
  await waitFor(() =>
    expect(saveFile).toHaveBeenCalledWith(
      "freezer-1_telemetry_6h.csv",
      "time,temp_c\r\n1,4.5\r\n2,4.6\r\n3,4.7\r\n",
      "text/csv",
    ),
  );
  expect(exported.map((query) => `${query.get("range")} ${query.get("cursor")}`)).toEqual(["6h null", "6h 1", "6h 2"]);
});

it("saves the part of the time that is shown", async () => {
  answerParts("1,4.5");
  renderPage(<TelemetryTab device={DEVICE} />, { address: part });
  await saveAsFile();
  await waitFor(() => expect(exported[0]?.get("start")).toBe(ago(30)));
  expect(exported[0]?.get("end")).toBe(ago(20));
  expect(exported[0]?.has("range")).toBe(false);
});

it("says so when a file has not everything in it", async () => {
  answerParts(...Array.from({ length: 21 }, (_, place) => `${place},4.5`));
  renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c" });
  await saveAsFile();
  expect(await screen.findByText(/The file ends before the time that is shown does/)).toBeVisible();
  expect(exported).toHaveLength(20);
});
