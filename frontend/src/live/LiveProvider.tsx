import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { api, ask } from "@/api/client";
import { useProfile } from "@/auth/permissions";
import { noteAlert } from "./alerts";
import { changeChannels } from "./configuration";
import { LiveConnection } from "./connection";
import { noteHeard } from "./lastSeen";
import { Refresher } from "./refresh";
import { noteStatus } from "./statuses";
import { forgetDevice, noteConnection, noteTelemetry, useLive, type LiveReading } from "./store";

const LiveContext = createContext<LiveConnection | null>(null);

/** Holds the page's one connection, for as long as somebody is signed in who may follow. */
export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const queries = useQueryClient();
  const { permissions } = useProfile();
  const mayFollow = permissions.includes("live:follow");
  const [refresher] = useState(() => new Refresher(queries));
  const [connection] = useState(
    () =>
      new LiveConnection({
        address: async () => (await ask(api.POST("/customer/realtime/tickets"))).url,
        onEvent: (event) => {
          if (event.type === "device.telemetry") {
            noteTelemetry(event);
            noteHeard(queries, event);
            return;
          }
          noteStatus(queries, event);
          noteAlert(queries, event);
          refresher.note(event);
        },
        onState: (state) => {
          const missedSomething = state === "live" && useLive.getState().connection === "reconnecting";
          noteConnection(state);
          if (missedSomething) refresher.refreshAll();
        },
      }),
  );

  useEffect(() => {
    if (!mayFollow) return;
    const stops = ["fleet", "alerts", ...changeChannels(permissions)].map((channel) => connection.follow(channel));
    const onNetwork = (): void => connection.retryNow();
    window.addEventListener("online", onNetwork);
    connection.start();
    return () => {
      window.removeEventListener("online", onNetwork);
      for (const stop of stops) stop();
      connection.end();
      refresher.end();
    };
  }, [connection, mayFollow, permissions, refresher]);

  return <LiveContext value={connection}>{children}</LiveContext>;
}

const NOTHING: Record<string, LiveReading> = {};

/** Hear of a device for as long as it is looked at. */
export function useFollowDevice(deviceId: string): void {
  const connection = useContext(LiveContext);
  useEffect(() => {
    if (connection === null) return;
    const stop = connection.follow(`device:${deviceId}`);
    return () => {
      if (stop()) forgetDevice(deviceId);
    };
  }, [connection, deviceId]);
}

/** A device's values as they come, by metric; empty until the first one comes. */
export function useLiveReadings(deviceId: string): Record<string, LiveReading> {
  useFollowDevice(deviceId);
  return useLive((state) => state.readings[deviceId]) ?? NOTHING;
}
