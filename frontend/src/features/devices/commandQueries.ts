/** What a device is told to do and to be. */
import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { commandsText, shadowText } from "./commandText";

export type Command = Schemas["Command"];
export type Shadow = Schemas["Shadow"];

const COMMANDS = "commands";
const SHADOWS = "shadows";

/** Answers and reports come without an event; somebody who looks is waiting for them. */
const refetchInterval = 10_000;

export const deviceCommands = (deviceId: string, status: Command["status"] | undefined) => ({
  ...pagesOf([COMMANDS, "device", deviceId, { status }], (cursor, signal) =>
    ask(
      api.GET("/customer/devices/{device_id}/commands", {
        params: {
          path: { device_id: deviceId },
          query: { status: status === undefined ? undefined : [status], limit: 20, cursor },
        },
        signal,
      }),
    ),
  ),
  refetchInterval,
});

export const deviceShadow = (deviceId: string) =>
  queryOptions({
    queryKey: [SHADOWS, deviceId],
    refetchInterval,
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/devices/{device_id}/shadow", { params: { path: { device_id: deviceId } }, signal })),
  });

export function useSendCommand(deviceId: string): UseMutationResult<Command, Error, Schemas["SendCommand"]> {
  return useChange({
    silent: true,
    changes: [COMMANDS],
    done: ({ name }: Command) => commandsText.sent(name),
    send: (body: Schemas["SendCommand"]) =>
      ask(api.POST("/customer/devices/{device_id}/commands", { params: { path: { device_id: deviceId } }, body })),
  });
}

export function useCancelCommand({ device_id, command_id, name }: Command) {
  return useChange({
    silent: true,
    changes: [COMMANDS],
    done: () => commandsText.cancelled(name),
    send: (body: { reason: string }) =>
      ask(
        api.POST("/customer/devices/{device_id}/commands/{command_id}/cancel", {
          params: { path: { device_id, command_id } },
          body,
        }),
      ),
  });
}

/** Put another desired state in the place of the one that was read. */
export function useReplaceDesired(deviceId: string, version: number) {
  return useChange({
    silent: true,
    changes: [SHADOWS],
    done: () => shadowText.saved,
    send: (desired: Record<string, unknown>) =>
      ask(
        api.PUT("/customer/devices/{device_id}/shadow/desired", {
          params: { path: { device_id: deviceId }, header: ifMatch(version) },
          body: { desired },
        }),
      ),
  });
}
