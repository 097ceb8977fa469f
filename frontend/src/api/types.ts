/** The API's words by their names. */
import type { components } from "./schema";

export type Schemas = components["schemas"];

export type Alert = Schemas["ListedAlert"];
export type AlertAction = Schemas["AlertAction"];
export type AlertStatus = Schemas["AlertStatus"];
export type AlertType = Schemas["Alert"]["type"];
export type Device = Schemas["Device"];
export type DeviceDetail = Schemas["DeviceDetail"];
export type DeviceStatus = Schemas["DeviceStatus"];
export type Lifecycle = Schemas["Lifecycle"];
export type Permission = Schemas["Permission"];
export type Profile = Schemas["Profile"];
export type Role = Schemas["Role"];
export type Severity = Schemas["Severity"];
export type Site = Schemas["Site"];

/** Gravest first, as every list has them. */
export const SEVERITIES: readonly Severity[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"];
export const DEVICE_STATUSES: readonly DeviceStatus[] = ["ONLINE", "STALE", "OFFLINE", "PENDING"];
export const ALERT_STATUSES: readonly AlertStatus[] = ["OPEN", "ACKNOWLEDGED", "CLOSED"];
export const ALERT_TYPES: readonly AlertType[] = ["NO_HEARTBEAT", "THRESHOLD", "ANOMALY", "NO_TELEMETRY", "WINDOW"];

/** Methods of addons that ask; the others wait for what is sent. */
export const POLLED_METHODS = ["snmp_poll", "api_poll", "ssh"] as const;
