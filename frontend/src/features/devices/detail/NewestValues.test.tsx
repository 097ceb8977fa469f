import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import type { DeviceDetail } from "@/api/types";
import { renderPage } from "#tests/render";
import { answer, hearQuery, server } from "#tests/server";
import { NewestValues } from "./NewestValues";

const TIME = "2026-11-21T07:00:00Z";

const DEVICE = {
  device_id: "freezer-1",
  expected_interval: { seconds: 60, origin: "device_type" },
  metrics: [
    { metric: "temp_c", value: 4.5, time: new Date().toISOString() },
    { metric: "door_open", value: false, time: new Date().toISOString() },
  ],
} as unknown as DeviceDetail;

const answerDay = (points: object[]): { search: string } => {
  const series = [{ metric: "temp_c", unit: "°C", points }];
  const history = { start: "2026-11-20T07:00:00Z", end: "2026-11-21T07:00:00Z", bucket_seconds: 900, series };
  return hearQuery("/customer/devices/freezer-1/telemetry/series", history);
};

it("says the unit and the meaning of a value, where the catalogue has them", async () => {
  const metric = { metric: "temp_c", unit: "°C", description: "Air in the cold room" };
  answer("get", "/customer/metrics/catalog", { items: [metric], next_cursor: null });
  answerDay([]);
  renderPage(<NewestValues device={DEVICE} />);
  expect(await screen.findByText("Air in the cold room")).toBeVisible();
  expect(screen.getByRole("row", { name: /temp_c/ })).toHaveTextContent("4.5 °C");
  expect(screen.getByRole("row", { name: /door_open/ })).toHaveTextContent(/^door_openfalse/);
});

it("draws the last day of numbers, and says how low and how high they were", async () => {
  answer("get", "/customer/metrics/catalog", { items: [{ metric: "temp_c", unit: "°C" }], next_cursor: null });
  const asked = answerDay([
    { time: "2026-11-20T07:00:00Z", avg: 4, min: 3.25, max: 5, count: 90 },
    { time: "2026-11-20T07:15:00Z", avg: 6, min: 5, max: 8.5, count: 90 },
  ]);
  renderPage(<NewestValues device={DEVICE} />);
  const line = await screen.findByRole("img", { name: "temp_c in the last 24 hours: lowest 3.25, highest 8.5 °C" });
  expect(line.closest("tr")).toHaveTextContent(/^temp_c/);
  expect(line.querySelector("path")).toHaveAttribute("d", "M0 19h0L1 1");
  expect(asked.search).toBe("?metric=temp_c&range=24h");
});

it("draws nothing of what was not measured in a day", async () => {
  answer("get", "/customer/metrics/catalog", { items: [{ metric: "temp_c", unit: "°C" }], next_cursor: null });
  const asked = answerDay([]);
  renderPage(<NewestValues device={DEVICE} />);
  await waitFor(() => expect(asked.search).not.toBe(""));
  await screen.findByText("°C");
  expect(screen.queryByRole("img")).toBeNull();
});

it("asks for ten metrics at once", async () => {
  answer("get", "/customer/metrics/catalog", { items: [], next_cursor: null });
  const asked: string[][] = [];
  server.use(
    http.get("*/customer/devices/freezer-1/telemetry/series", ({ request }) => {
      asked.push(new URL(request.url).searchParams.getAll("metric"));
      return HttpResponse.json({ start: TIME, end: TIME, bucket_seconds: 900, series: [] });
    }),
  );
  const metrics = Array.from({ length: 11 }, (_, number) => ({ metric: `m${number}`, value: number, time: TIME }));
  renderPage(<NewestValues device={{ ...DEVICE, metrics }} />);
  await waitFor(() => expect(asked.map(({ length }) => length)).toEqual([10, 1]));
});
