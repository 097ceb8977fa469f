import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import { pagesOf } from "@/api/paging";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { text } from "./text";

export type Target = Schemas["Target"];
export type TargetWish = Schemas["SetTarget"];
export type TargetTrial = Schemas["TargetTrial"];

export const TARGETS = "targets";
/** What is read again: alerts of a target that nobody asks any more close. */
const CHANGES = [TARGETS, "alerts", "overview"];
/** Targets are asked every 30 seconds at the most often. */
const REFRESH_MILLISECONDS = 30_000;

export interface TargetFilters {
  q: string;
  addon: string | undefined;
  gateway: string | undefined;
  failing: boolean | undefined;
}

export const targetPages = ({ q, addon, gateway, failing }: TargetFilters) => ({
  ...pagesOf([TARGETS, "list", { q, addon, gateway, failing }], (cursor, signal) => {
    const query = {
      q: q === "" ? undefined : q,
      addon_id: addon,
      gateway_device_id: gateway,
      failing,
      limit: 50,
      cursor,
    };
    return ask(api.GET("/customer/targets", { params: { query }, signal }));
  }),
  refetchInterval: REFRESH_MILLISECONDS,
});

const at = ({ target_id, version }: Target) => ({ path: { target_id }, header: ifMatch(version) });

export function useSaveTarget(existing: Target | undefined): UseMutationResult<Target, Error, TargetWish> {
  return useChange({
    changes: CHANGES,
    silent: true,
    done: ({ name }: Target) => (existing === undefined ? text.made(name) : text.changed(name)),
    send: (body: TargetWish) =>
      ask(
        existing === undefined
          ? api.POST("/customer/targets", { body })
          : api.PUT("/customer/targets/{target_id}", { params: at(existing), body }),
      ),
  });
}

export function useSwitchTarget(): UseMutationResult<Target, Error, Target> {
  return useChange({
    changes: CHANGES,
    done: ({ name, enabled }: Target) => text.switched(name, enabled),
    send: (target: Target) =>
      ask(api.PUT("/customer/targets/{target_id}", { params: at(target), body: switched(target) })),
  });
}

/** The target as it is, its secrets as their masks, but on or off. */
function switched(target: Target): TargetWish {
  const { name, addon_id, host, access, site_id, gateway_device_id } = target;
  const { interval_seconds, timeout_seconds, failures_before_alert, enabled } = target;
  const asked = { interval_seconds, timeout_seconds, failures_before_alert };
  return { name, addon_id, host, access, site_id, gateway_device_id, ...asked, enabled: !enabled };
}

export function useDeleteTarget(): UseMutationResult<unknown, Error, Target> {
  return useChange({
    changes: CHANGES,
    silent: true,
    done: (_result: unknown, { name }: Target) => text.removed(name),
    send: (target: Target) => ask(api.DELETE("/customer/targets/{target_id}", { params: at(target) })),
  });
}

export function useForgetHostKey(): UseMutationResult<Target, Error, Target> {
  return useChange({
    changes: [TARGETS],
    silent: true,
    done: ({ name }: Target) => text.forgotten(name),
    send: (target: Target) => ask(api.POST("/customer/targets/{target_id}/forget-host-key", { params: at(target) })),
  });
}

/** How often is looked whether a gateway has answered. */
const LOOK_MILLISECONDS = 2000;

/** What came of telling a gateway at some time to ask its target, looked for until it is known. */
export const trialOf = (target_id: string, toldAt: string | undefined) =>
  queryOptions({
    queryKey: [TARGETS, "trial", target_id, toldAt],
    queryFn: ({ signal }) =>
      ask(api.GET("/customer/targets/{target_id}/test", { params: { path: { target_id } }, signal })),
    enabled: toldAt !== undefined,
    gcTime: 0,
    refetchInterval: ({ state }) => (state.data?.state === "WAITING" || !state.data ? LOOK_MILLISECONDS : false),
  });

/** Asks a target now; a gateway is told to ask its own, and answers later. */
export function useTryTarget(): UseMutationResult<TargetTrial, Error, string> {
  return useChange({
    changes: [],
    silent: true,
    send: (target_id: string) =>
      ask(api.POST("/customer/targets/{target_id}/test", { params: { path: { target_id } } })),
  });
}
