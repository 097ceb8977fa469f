/** What an alert of an addon says of the system that it came from. */
import { z } from "zod";
import type { Alert } from "@/api/types";

const Details = z.object({
  addon_id: z.string(),
  inbound_source: z.object({ name: z.string() }).optional(),
  external_device: z.object({ name: z.string(), address: z.string().nullable() }).optional(),
});

export interface ExternalOrigin {
  /** Who told of it: the inbound source, or the addon where there is none. */
  by: string;
  /** What it is about, where that is no device of the registry. */
  device: { name: string; address: string | null } | undefined;
}

/** Null for what Pulse has found itself. */
export function externalOrigin(alert: Pick<Alert, "source" | "details">): ExternalOrigin | null {
  if (alert.source !== "addon") return null;
  const details = Details.safeParse(alert.details);
  if (!details.success) return null;
  const { addon_id, inbound_source, external_device } = details.data;
  return { by: inbound_source?.name ?? addon_id, device: external_device };
}
