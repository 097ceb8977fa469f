/** A target as its form has it. Pure. */
import { z } from "zod";
import { lengthWithin, type LengthLimits } from "@/lib/lengths";
import { accessOf, valuesOf, wrongIn, type AccessKind } from "./access";
import type { Target, TargetWish } from "./queries";
import { formText as text } from "./text";

export const INTERVAL: LengthLimits = { unit: "seconds", least: 30, most: 86_400 };
export const TIMEOUT: LengthLimits = { unit: "seconds", least: 1, most: 25 };

const whole = (least: number, most: number, wrong: string) =>
  z.int({ error: wrong }).min(least, wrong).max(most, wrong);

/** What the form must hold; how a target is signed in to depends on the addon that is chosen. */
export const wantedOf = (kindOfAddon: (addonId: string) => AccessKind | undefined) =>
  z
    .object({
      name: z.string().trim().min(1, text.needed).max(200),
      addon_id: z.string().min(1, text.needed),
      host: z
        .string()
        .trim()
        .min(1, text.needed)
        .regex(/^[A-Za-z0-9.:_-]{1,253}$/, text.hostWrong),
      by: z.enum(["cloud", "gateway"]),
      gateway_device_id: z.string().trim(),
      site_id: z.string(),
      interval_seconds: lengthWithin(INTERVAL).nullable(),
      timeout_seconds: lengthWithin(TIMEOUT),
      failures_before_alert: whole(1, 20, text.failuresWrong),
      access: z.record(z.string(), z.union([z.string(), z.boolean()])),
    })
    .superRefine(({ by, gateway_device_id, addon_id, access }, context) => {
      const add = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
      if (by === "gateway" && gateway_device_id === "") add(["gateway_device_id"], text.needed);
      const kind = kindOfAddon(addon_id);
      if (kind === undefined) return;
      for (const [name, wrong] of wrongIn(kind, access)) {
        add(["access", name], wrong === "port" ? text.portWrong : text.needed);
      }
    });

export type Wanted = z.infer<ReturnType<typeof wantedOf>>;

/** What the form begins with. */
export function initialOf(target: Target | undefined, addonId: string, kind: AccessKind | undefined): Wanted {
  return {
    name: target?.name ?? "",
    addon_id: target?.addon_id ?? addonId,
    host: target?.host ?? "",
    by: target?.gateway_device_id ? "gateway" : "cloud",
    gateway_device_id: target?.gateway_device_id ?? "",
    site_id: target?.site_id ?? "",
    interval_seconds: target?.interval_seconds ?? null,
    timeout_seconds: target?.timeout_seconds ?? 10,
    failures_before_alert: target?.failures_before_alert ?? 2,
    access: kind === undefined ? {} : valuesOf(kind, target?.access),
  };
}

export function wishOf(wanted: Wanted, kind: AccessKind, enabled: boolean): TargetWish {
  const { by, access, site_id, gateway_device_id, ...others } = wanted;
  return {
    ...others,
    access: accessOf(kind, access),
    site_id: site_id || null,
    gateway_device_id: by === "gateway" ? gateway_device_id : null,
    enabled,
  };
}
