/** What is heard live: whether we hear at all, and the newest values of devices that are looked at. */
import { z } from "zod";
import { create } from "zustand";
import type { ConnectionState, LiveEvent } from "./connection";

export interface LiveReading {
  value: number | boolean;
  time: string;
}

interface LiveState {
  connection: ConnectionState;
  /** Milliseconds of when the connection was last known to be there. */
  liveAt: number | null;
  /** By device, then by metric. */
  readings: Record<string, Record<string, LiveReading>>;
}

export const useLive = create<LiveState>(() => ({ connection: "connecting", liveAt: null, readings: {} }));

export function noteConnection(connection: ConnectionState): void {
  useLive.setState(({ liveAt }) => ({ connection, liveAt: connection === "live" ? Date.now() : liveAt }));
}

const Telemetry = z.object({
  device_id: z.string(),
  reading_time: z.string(),
  metrics: z.record(z.string(), z.union([z.number(), z.boolean()])),
  metric_times: z.record(z.string(), z.string()).default({}),
});

/** Take over a device's values. A late reading changes nothing that is newer. */
export function noteTelemetry(event: LiveEvent): void {
  const telemetry = Telemetry.safeParse(event.data);
  if (!telemetry.success) return;
  const { device_id, reading_time, metrics, metric_times } = telemetry.data;
  useLive.setState(({ readings }) => {
    const known = { ...readings[device_id] };
    for (const [metric, value] of Object.entries(metrics)) {
      const before = known[metric];
      const time = metric_times[metric] ?? reading_time;
      if (before === undefined || before.time <= time) known[metric] = { value, time };
    }
    return { readings: { ...readings, [device_id]: known } };
  });
}

/** Let go of a device's values once nobody looks at them. */
export function forgetDevice(deviceId: string): void {
  useLive.setState(({ readings }) => {
    const others = { ...readings };
    Reflect.deleteProperty(others, deviceId);
    return { readings: others };
  });
}
