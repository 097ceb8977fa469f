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
  metrics: [
    { metric: "temp_c", value: 4.5, time: ago(2) },
    { metric: "humidity", value: 40, time: ago(2) },
    { metric: "door_open", value: false, time: ago(2) },
  ],
} as unknown as DeviceDetail;

let asked: URL[];

beforeEach(() => {
  asked = [];
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
        series: url.searchParams
          .getAll("metric")
          .map((metric) => ({ metric, unit: units[metric] ?? null, points: [{ time: ago(2), avg: 4.5 }] })),
      });
    }),
  );
});

const chart = (label: string): LineChartProps => {
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
  const label = (await screen.findByRole("img", { name: /temp_c/ })).getAttribute("aria-label") ?? "";
  expect(chart(label).lines[0]?.points).toHaveLength(1);
  const time = ago(0);
  act(() =>
    noteTelemetry({
      type: "device.telemetry",
      channel: "device:freezer-1",
      time,
      data: { device_id: "freezer-1", reading_time: time, metrics: { temp_c: 9.5 } },
    }),
  );
  await waitFor(() => expect(chart(label).lines[0]?.points.at(-1)).toEqual([Date.parse(time), 9.5]));
  expect(chart(label).end).toBe(Date.parse(time));
});

it("asks for the part that is looked closer at, and for the whole again", async () => {
  const user = userEvent.setup();
  renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c" });
  const label = (await screen.findByRole("img", { name: /temp_c/ })).getAttribute("aria-label") ?? "";
  act(() => chart(label).onZoom?.(Date.parse(ago(30)), Date.parse(ago(20))));
  await waitFor(() => expect(asked.at(-1)?.searchParams.get("start")).toBe(ago(30)));
  expect(asked.at(-1)?.searchParams.get("end")).toBe(ago(20));
  expect(asked.at(-1)?.searchParams.has("range")).toBe(false);
  await user.click(await screen.findByRole("button", { name: "Whole range" }));
  expect(screen.queryByRole("button", { name: "Whole range" })).toBeNull();
});

it("saves what is drawn as a file", async () => {
  server.use(
    http.get("*/customer/devices/freezer-1/telemetry/export", ({ request }) =>
      HttpResponse.text(new URL(request.url).search),
    ),
  );
  renderPage(<TelemetryTab device={DEVICE} />, { address: "/?metric=temp_c&range=6h" });
  await userEvent.setup().click(await screen.findByRole("button", { name: /CSV/ }));
  await waitFor(() =>
    expect(saveFile).toHaveBeenCalledWith("freezer-1_telemetry_6h.csv", "?metric=temp_c&range=6h", "text/csv"),
  );
});
