/** What an alert of an addon says of the system that it came from. */
import { z } from "zod";
import type { Alert } from "@/api/types";

const Details = z.object({
  addon_id: z.string(),
  inbound_source: z.object({ name: z.string() }).optional(),
  target: z.object({ name: z.string() }).optional(),
  gateway: z.object({ device_id: z.string() }).optional(),
  external_device: z.object({ name: z.string(), address: z.string().nullable() }).optional(),
});

export interface ExternalOrigin {
  /** Who told of it: the inbound source, the target that was asked or the gateway; else the addon. */
  by: string;
  /** What it is about, where that is no device of the registry. */
  device: { name: string; address: string | null } | undefined;
}

/** Null for what Pulse has found itself. */
export function externalOrigin(alert: Pick<Alert, "source" | "details">): ExternalOrigin | null {
  return alert.source === "addon" ? originIn(alert.details) : null;
}

function originIn(said: Alert["details"]): ExternalOrigin | null {
  const details = Details.safeParse(said);
  if (!details.success) return null;
  const { addon_id, inbound_source, target, gateway, external_device } = details.data;
  return { by: inbound_source?.name ?? target?.name ?? gateway?.device_id ?? addon_id, device: external_device };
}

/** What an alert is about, by its name: a device, a target, or what another system told of; undefined of none. */
export function concerned(alert: Pick<Alert, "details" | "device_id" | "device_name">): string | undefined {
  const origin = originIn(alert.details);
  return alert.device_name || alert.device_id || (origin?.device?.name ?? origin?.by);
}
