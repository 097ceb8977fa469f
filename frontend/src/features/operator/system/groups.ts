/** Metrics that are looked at together; at most ten, which is what one question may be about. */
import type { SystemMetric } from "./queries";
import type { text } from "./text";

export type GroupName = keyof typeof text.groups;

export const GROUPS: Readonly<Record<GroupName, readonly SystemMetric[]>> = {
  ingest: [
    "ingest_messages_per_second",
    "ingest_latency_seconds",
    "refused_messages_per_minute",
    "queue_messages",
    "sweep_duration_seconds",
  ],
  queues: [
    "queue_messages",
    "queue_oldest_message_age_seconds",
    "queue_messages_in_flight",
    "outbox_events",
    "outbox_oldest_age_seconds",
  ],
  functions: [
    "function_invocations_per_minute",
    "function_errors_per_minute",
    "function_error_ratio",
    "function_duration_p95_seconds",
    "sweep_duration_seconds",
  ],
  database: [
    "database_connections",
    "database_latency_seconds",
    "database_slow_statements",
    "database_size_bytes",
    "collection_duration_seconds",
  ],
  alerts: [
    "live_alerts",
    "alerts_opened_per_minute",
    "alerts_closed_per_minute",
    "notifications_per_minute",
    "notifications_failed_ratio",
    "notifications_waiting",
    "notifications_overdue_seconds",
  ],
  fleet: ["devices", "tenants", "websocket_connections"],
};
