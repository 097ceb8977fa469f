import { expect, it } from "vitest";
import { forgetDevice, noteTelemetry, useLive } from "./store";

const telemetry = (reading_time: string, metrics: Record<string, unknown>) => ({
  type: "device.telemetry",
  channel: "device:a",
  time: reading_time,
  data: { device_id: "a", reading_time, metrics },
});

it("keeps the newest of each metric, whatever comes late", () => {
  noteTelemetry(telemetry("2026-11-21T08:00:10Z", { temp_c: 5, door_open: false }));
  noteTelemetry(telemetry("2026-11-21T08:00:05Z", { temp_c: 9, humidity: 40 }));
  expect(useLive.getState().readings.a).toEqual({
    temp_c: { value: 5, time: "2026-11-21T08:00:10Z" },
    door_open: { value: false, time: "2026-11-21T08:00:10Z" },
    humidity: { value: 40, time: "2026-11-21T08:00:05Z" },
  });
});

it("goes by the time of each value where one message has values of several times", () => {
  forgetDevice("a");
  noteTelemetry(telemetry("2026-11-21T08:00:07Z", { humidity: 41 }));
  const mixed = telemetry("2026-11-21T08:00:10Z", { temp_c: 5, humidity: 40 });
  const metric_times = { temp_c: "2026-11-21T08:00:10Z", humidity: "2026-11-21T08:00:05Z" };
  noteTelemetry({ ...mixed, data: { ...mixed.data, metric_times } });
  expect(useLive.getState().readings.a).toEqual({
    temp_c: { value: 5, time: "2026-11-21T08:00:10Z" },
    humidity: { value: 41, time: "2026-11-21T08:00:07Z" },
  });
});

it("changes nothing for what is no telemetry, and forgets a device that nobody looks at", () => {
  forgetDevice("a");
  noteTelemetry(telemetry("2026-11-21T08:00:10Z", { temp_c: "warm" }));
  expect(useLive.getState().readings.a).toBeUndefined();
});
