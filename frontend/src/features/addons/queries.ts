import { queryOptions, type UseMutationResult } from "@tanstack/react-query";
import { api, ask, ifMatch } from "@/api/client";
import type { Schemas } from "@/api/types";
import { useChange } from "@/components/useChange";
import { text } from "./text";

export type AddonSummary = Schemas["AddonSummary"];
export type Addon = Schemas["Addon"];
export type AddonAlert = Schemas["AddonAlert"];
export type AlertOverride = Schemas["AlertOverride"];
export type Trial = Schemas["AddonTrial"];

const ADDONS = "addons";
/** What is read again: alerts of a type that is no longer wanted close. */
const CHANGES = [ADDONS, "alerts", "overview"];

export const oneAddon = (addon_id: string) =>
  queryOptions({
    queryKey: [ADDONS, "one", addon_id],
    queryFn: ({ signal }) => ask(api.GET("/customer/addons/{addon_id}", { params: { path: { addon_id } }, signal })),
  });

export const addonVersions = (addon_id: string) =>
  queryOptions({
    queryKey: [ADDONS, "versions", addon_id],
    queryFn: async ({ signal }) =>
      (await ask(api.GET("/customer/addons/{addon_id}/versions", { params: { path: { addon_id } }, signal }))).items,
  });

interface Choice {
  addon: Addon;
  enabled?: boolean;
  /** Of one type of alert; what is null is as the addon has it. */
  override?: { type: string } & AlertOverride;
}

/** What the tenant has chosen so far, by type of alert. */
function overridesOf(alerts: readonly AddonAlert[]): Record<string, AlertOverride> {
  return Object.fromEntries(alerts.flatMap(({ type, override }) => (override === null ? [] : [[type, override]])));
}

export function useChooseAddon(): UseMutationResult<Addon, Error, Choice> {
  return useChange({
    changes: CHANGES,
    done: (addon: Addon) => text.chosen(addon.name),
    send: ({ addon, enabled, override }: Choice) => {
      const overrides = overridesOf(addon.alerts);
      if (override) {
        const { type, ...chosen } = override;
        overrides[type] = chosen;
        if (Object.values(chosen).every((value) => value === null)) Reflect.deleteProperty(overrides, type);
      }
      return ask(
        api.PUT("/customer/addons/{addon_id}", {
          params: { path: { addon_id: addon.addon_id }, header: ifMatch(addon.version) },
          body: { enabled: enabled ?? addon.enabled, overrides },
        }),
      );
    },
  });
}

/** Switches one of a list on or off; what was chosen for its alerts stays. */
export function useSwitchAddon(): UseMutationResult<Addon, Error, AddonSummary> {
  return useChange({
    changes: CHANGES,
    done: (addon: Addon) => text.switched(addon.name, addon.enabled),
    send: async ({ addon_id, enabled }: AddonSummary) => {
      const { alerts, version } = await ask(api.GET("/customer/addons/{addon_id}", { params: { path: { addon_id } } }));
      return ask(
        api.PUT("/customer/addons/{addon_id}", {
          params: { path: { addon_id }, header: ifMatch(version) },
          body: { enabled: !enabled, overrides: overridesOf(alerts) },
        }),
      );
    },
  });
}

export function useUploadAddon(): UseMutationResult<Addon, Error, Record<string, unknown>> {
  return useChange({
    changes: CHANGES,
    silent: true,
    done: (addon: Addon) => text.uploaded(addon.name, addon.addon_version),
    send: (manifest: Record<string, unknown>) => ask(api.POST("/customer/addons", { body: { manifest } })),
  });
}

export function useDeleteAddon(): UseMutationResult<unknown, Error, Addon> {
  return useChange({
    changes: CHANGES,
    silent: true,
    done: (_result: unknown, addon: Addon) => text.removed(addon.name),
    send: ({ addon_id, version }: Addon) =>
      ask(api.DELETE("/customer/addons/{addon_id}", { params: { path: { addon_id }, header: ifMatch(version) } })),
  });
}

export interface TrialWish {
  addon_id: string | null;
  manifest: Record<string, unknown> | null;
  payload: string;
}

export function useTrial(): UseMutationResult<Trial, Error, TrialWish> {
  return useChange({
    changes: [],
    silent: true,
    send: (wish: TrialWish) =>
      ask(api.POST("/customer/addon-trials", { body: { ...wish, query: {}, source_address: null, question: null } })),
  });
}
