import type { Schemas } from "@/api/types";

/** Why a message was refused, in a few words. */
export const reasonWords: Record<Schemas["Reason"], string> = {
  INVALID_JSON: "Not JSON",
  PAYLOAD_TOO_LARGE: "Too large",
  UNSUPPORTED_VERSION: "Unknown version",
  BAD_TOPIC: "Wrong topic",
  BAD_TIMESTAMP: "Wrong time",
  BAD_METRICS: "Wrong metrics",
  TOO_MANY_METRICS: "Too many metrics",
  TENANT_MISMATCH: "Another tenant's",
  SITE_MISMATCH: "Another site's",
  UNREGISTERED_DEVICE: "Unknown device",
  DEVICE_SUSPENDED: "Device suspended",
  DEVICE_DECOMMISSIONED: "Device decommissioned",
  SUBSCRIPTION_SUSPENDED: "Subscription suspended",
  SUBSCRIPTION_EXPIRED: "Subscription expired",
  RATE_LIMITED: "Too many",
  TOKEN_MISSING: "No token",
  TOKEN_INVALID: "Wrong token",
  CREDENTIAL_MISMATCH: "Another device's credential",
  CREDENTIAL_REVOKED: "Revoked credential",
  UNDECODABLE: "Unreadable for its addon",
};
