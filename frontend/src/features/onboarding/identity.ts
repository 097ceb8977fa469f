import { z } from "zod";
import type { Schemas } from "@/api/types";
import { text } from "./text";

const DEVICE_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/** What the first step asks for, as it is typed. */
export const Identity = z.object({
  device_id: z.string().regex(DEVICE_ID, text.identity.device_id_wrong),
  name: z.string().max(100),
  site_id: z.string().min(1, text.identity.needed),
  device_type: z.string().min(1, text.identity.needed),
  parent_device_id: z.union([z.literal(""), z.string().regex(DEVICE_ID, text.identity.device_id_wrong)]),
  manufacturer: z.string().max(100),
  model: z.string().max(100),
  serial_number: z.string().max(100),
  firmware_version: z.string().max(100),
  notes: z.string().max(4000),
});

export type Identity = z.infer<typeof Identity>;

export const NOTHING_TYPED: Identity = {
  device_id: "",
  name: "",
  site_id: "",
  device_type: "",
  parent_device_id: "",
  manufacturer: "",
  model: "",
  serial_number: "",
  firmware_version: "",
  notes: "",
};

/** What else there is to a device: its page asks for that. */
export const NOT_ASKED = {
  mac: "",
  imei: "",
  iccid: "",
  hardware_version: "",
  latitude: null,
  longitude: null,
  expected_interval_seconds: null,
};

/** Who the new rules are for. */
export type ScopeChoice = keyof typeof text.rules.scopes;

export function scopeOf(choice: ScopeChoice, identity: Identity): Schemas["ApplyTemplates"]["scope"] {
  const nobody = { site_ids: [], device_types: [], device_ids: [], group_ids: [], tags: {} };
  switch (choice) {
    case "device":
      return { ...nobody, device_ids: [identity.device_id] };
    case "type":
      return { ...nobody, device_types: [identity.device_type] };
    case "site":
      return { ...nobody, site_ids: [identity.site_id] };
    case "all":
      return nobody;
  }
}
