import { keepPreviousData, queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import { keys } from "@/api/queries";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { filterOf, type FilterForm } from "./filter";
import { text } from "./text";

export type Group = Schemas["DeviceGroup"];
export type GroupCommand = Schemas["GroupCommand"];

/** As the choices of forms have it (api/choices.ts). */
export const GROUPS = "device-groups";
const COMMANDS = "commands";

export const groupPages = pagesOf([GROUPS, "list"], (cursor, signal) =>
  ask(api.GET("/customer/device-groups", { params: { query: { limit: 100, cursor } }, signal })),
);

export const oneGroup = (groupId: string) =>
  queryOptions({
    queryKey: [GROUPS, "one", groupId],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/device-groups/{group_id}", { params: { path: { group_id: groupId } }, signal })),
  });

/** Under the devices' key: a device that comes or changes may change who is in the group. */
export const groupDevices = (groupId: string) =>
  pagesOf([...keys.groupDevices, groupId], (cursor, signal) =>
    ask(api.GET("/customer/devices", { params: { query: { group_id: groupId, limit: 50, cursor } }, signal })),
  );

/** Who would be in a group of this filter: how many, and the first of them. */
export const filterPreview = (filter: FilterForm) =>
  queryOptions({
    queryKey: [...keys.devices, "preview", filter],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask(
        api.GET("/customer/devices", {
          signal,
          params: {
            query: {
              q: filter.q === "" ? undefined : filter.q,
              status: filter.statuses,
              site_id: filter.site_ids,
              device_type: filter.device_types,
              tag: filter.tags,
              lifecycle: filter.lifecycle === "" ? undefined : filter.lifecycle,
              parent_device_id: filter.parent_device_id === "" ? undefined : filter.parent_device_id,
              limit: 5,
            },
          },
        }),
      ),
  });

/** Refreshed while somebody looks: answers come without an event. */
export const groupCommands = (groupId: string) => ({
  ...pagesOf([COMMANDS, "group", groupId], (cursor, signal) =>
    ask(api.GET("/customer/group-commands", { params: { query: { group_id: groupId, limit: 20, cursor } }, signal })),
  ),
  refetchInterval: 10_000,
});

export const commandResults = (groupCommandId: string) => ({
  ...pagesOf([COMMANDS, "results", groupCommandId], (cursor, signal) =>
    ask(
      api.GET("/customer/group-commands/{group_command_id}/results", {
        params: { path: { group_command_id: groupCommandId }, query: { limit: 50, cursor } },
        signal,
      }),
    ),
  ),
  refetchInterval: 10_000,
});

export interface GroupForm {
  name: string;
  description: string;
  kind: Schemas["GroupKind"];
  filter: FilterForm;
}

export function useSaveGroup(existing: Group | undefined): UseMutationResult<Group, Error, GroupForm> {
  return useChange({
    silent: true,
    changes: [GROUPS, ...keys.devices],
    done: ({ name }: Group) => text.saved(name),
    send: ({ kind, filter, ...names }: GroupForm) => {
      const ofFilter = kind === "DYNAMIC" ? { filter: filterOf(filter) } : {};
      return ask(
        existing === undefined
          ? api.POST("/customer/device-groups", { body: { ...names, ...ofFilter } })
          : api.PATCH("/customer/device-groups/{group_id}", {
              params: { path: { group_id: existing.group_id }, header: ifMatch(existing.version) },
              body: { ...names, ...ofFilter },
            }),
      );
    },
  });
}

export function useDeleteGroup(): UseMutationResult<unknown, Error, Group> {
  return useChange({
    silent: true,
    changes: [GROUPS],
    done: (_, { name }: Group) => text.removed(name),
    send: ({ group_id, version }: Group) =>
      ask(
        api.DELETE("/customer/device-groups/{group_id}", { params: { path: { group_id }, header: ifMatch(version) } }),
      ),
  });
}

export function useAddDevices(groupId: string): UseMutationResult<Schemas["Entry"], Error, string[]> {
  return useChange({
    silent: true,
    changes: [GROUPS, ...keys.devices],
    done: ({ added, known }: Schemas["Entry"]) => text.devices.added(added, known),
    send: (device_ids: string[]) =>
      ask(
        api.POST("/customer/device-groups/{group_id}/devices", {
          params: { path: { group_id: groupId } },
          body: { device_ids },
        }),
      ),
  });
}

export function useRemoveDevice(groupId: string): UseMutationResult<unknown, Error, string> {
  return useChange({
    changes: [GROUPS, ...keys.devices],
    done: (_, device: string) => text.devices.removed(device),
    send: (device_id: string) =>
      ask(
        api.DELETE("/customer/device-groups/{group_id}/devices/{device_id}", {
          params: { path: { group_id: groupId, device_id } },
        }),
      ),
  });
}

export function useSendGroupCommand(groupId: string): UseMutationResult<GroupCommand, Error, Schemas["SendCommand"]> {
  return useChange({
    silent: true,
    changes: [COMMANDS],
    done: ({ name, devices }: GroupCommand) => text.commands.sent(name, devices),
    send: (body: Schemas["SendCommand"]) =>
      ask(api.POST("/customer/device-groups/{group_id}/commands", { params: { path: { group_id: groupId } }, body })),
  });
}

export function useCancelGroupCommand(command: GroupCommand): UseMutationResult<unknown, Error, { reason: string }> {
  return useChange({
    silent: true,
    changes: [COMMANDS],
    done: () => text.commands.cancelled(command.name),
    send: (body: { reason: string }) =>
      ask(
        api.POST("/customer/group-commands/{group_command_id}/cancel", {
          params: { path: { group_command_id: command.group_command_id } },
          body,
        }),
      ),
  });
}
