"""What the installation measures of itself once a minute: names, units and meanings. Pure.

A name here is the name in the table, in the API and, with `pulse_` before it, in OpenMetrics text. Nothing is renamed
once somebody may have a dashboard on it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, NamedTuple

type Kind = Literal["gauge", "counter"]
"""A counter only grows; a difference below zero says that it began anew."""


class SystemMetric(StrEnum):
    """Everything that is measured."""

    QUEUE_MESSAGES = "queue_messages"
    QUEUE_MESSAGES_IN_FLIGHT = "queue_messages_in_flight"
    QUEUE_OLDEST_MESSAGE_AGE = "queue_oldest_message_age_seconds"
    INGEST_MESSAGES = "ingest_messages"
    INGEST_READINGS = "ingest_readings"
    INGEST_RATE = "ingest_messages_per_second"
    INGEST_LATENCY = "ingest_latency_seconds"
    REFUSED_MESSAGES = "refused_messages_per_minute"
    FUNCTION_INVOCATIONS = "function_invocations_per_minute"
    FUNCTION_ERRORS = "function_errors_per_minute"
    FUNCTION_ERROR_RATIO = "function_error_ratio"
    FUNCTION_DURATION = "function_duration_p95_seconds"
    SWEEP_DURATION = "sweep_duration_seconds"
    DATABASE_CONNECTIONS = "database_connections"
    DATABASE_CONNECTIONS_LIMIT = "database_connections_limit"
    DATABASE_CONNECTIONS_RATIO = "database_connections_ratio"
    DATABASE_SIZE = "database_size_bytes"
    DATABASE_LATENCY = "database_latency_seconds"
    DATABASE_SLOW_STATEMENTS = "database_slow_statements"
    OUTBOX_EVENTS = "outbox_events"
    OUTBOX_OLDEST_AGE = "outbox_oldest_age_seconds"
    NOTIFICATIONS = "notifications_per_minute"
    NOTIFICATIONS_FAILED_RATIO = "notifications_failed_ratio"
    NOTIFICATIONS_WAITING = "notifications_waiting"
    NOTIFICATIONS_OVERDUE = "notifications_overdue_seconds"
    WEBSOCKET_CONNECTIONS = "websocket_connections"
    TENANTS = "tenants"
    DEVICES = "devices"
    LIVE_ALERTS = "live_alerts"
    ALERTS_OPENED = "alerts_opened_per_minute"
    ALERTS_CLOSED = "alerts_closed_per_minute"
    COLLECTION_DURATION = "collection_duration_seconds"


class Meaning(NamedTuple):
    """What a metric says; `label` is what its subjects are, if it has several."""

    help: str
    unit: str
    label: str | None = None
    kind: Kind = "gauge"


class Sample(NamedTuple):
    """A value of a metric at a time."""

    time: datetime
    metric: SystemMetric
    subject: str
    value: float


class Measured(NamedTuple):
    """A value that was just measured; the collection gives all of them one time."""

    metric: SystemMetric
    value: float
    subject: str = ""


MEANINGS: Final[dict[SystemMetric, Meaning]] = {
    SystemMetric.QUEUE_MESSAGES: Meaning("Messages that wait in a queue, about", "messages", "queue"),
    SystemMetric.QUEUE_MESSAGES_IN_FLIGHT: Meaning("Messages being worked on, about", "messages", "queue"),
    SystemMetric.QUEUE_OLDEST_MESSAGE_AGE: Meaning("Age of the oldest message in a queue", "seconds", "queue"),
    SystemMetric.INGEST_MESSAGES: Meaning("Device messages stored so far", "messages", kind="counter"),
    SystemMetric.INGEST_READINGS: Meaning("Readings stored so far", "readings", kind="counter"),
    SystemMetric.INGEST_RATE: Meaning("Device messages stored, on average since the last collection", "messages/s"),
    SystemMetric.INGEST_LATENCY: Meaning(
        "Longest way of a device message from the platform's edge into the database within two minutes", "seconds"
    ),
    SystemMetric.REFUSED_MESSAGES: Meaning("Device messages refused in the last whole minute", "messages"),
    SystemMetric.FUNCTION_INVOCATIONS: Meaning("Runs of a function", "runs/min", "function"),
    SystemMetric.FUNCTION_ERRORS: Meaning("Runs of a function that failed", "runs/min", "function"),
    SystemMetric.FUNCTION_ERROR_RATIO: Meaning("Share of a function's runs that failed, 0 to 1", "ratio", "function"),
    SystemMetric.FUNCTION_DURATION: Meaning("What 95 of 100 runs of a function stay within", "seconds", "function"),
    SystemMetric.SWEEP_DURATION: Meaning("Longest run of a scheduled function", "seconds", "sweep"),
    SystemMetric.DATABASE_CONNECTIONS: Meaning("Clients connected to the database server", "connections"),
    SystemMetric.DATABASE_CONNECTIONS_LIMIT: Meaning("Clients that may be connected at once", "connections"),
    SystemMetric.DATABASE_CONNECTIONS_RATIO: Meaning("Share of the connections in use, 0 to 1", "ratio"),
    SystemMetric.DATABASE_SIZE: Meaning("Size of the database", "bytes"),
    SystemMetric.DATABASE_LATENCY: Meaning("Time of a trivial statement and back", "seconds"),
    SystemMetric.DATABASE_SLOW_STATEMENTS: Meaning("Statements running for more than a second", "statements"),
    SystemMetric.OUTBOX_EVENTS: Meaning("Events not yet published", "events"),
    SystemMetric.OUTBOX_OLDEST_AGE: Meaning("Age of the oldest event not yet published", "seconds"),
    SystemMetric.NOTIFICATIONS: Meaning("Attempts to notify, by how they ended", "attempts/min", "outcome"),
    SystemMetric.NOTIFICATIONS_FAILED_RATIO: Meaning(
        "Share of the attempts to notify of the last five minutes that failed, 0 to 1; of five attempts or more",
        "ratio",
    ),
    SystemMetric.NOTIFICATIONS_WAITING: Meaning("Notifications not yet sent", "notifications"),
    SystemMetric.NOTIFICATIONS_OVERDUE: Meaning("How long the most overdue notification has been due", "seconds"),
    SystemMetric.WEBSOCKET_CONNECTIONS: Meaning("Browsers that follow live updates", "connections"),
    SystemMetric.TENANTS: Meaning("Tenants, by status", "tenants", "status"),
    SystemMetric.DEVICES: Meaning("Devices in service, by status", "devices", "status"),
    SystemMetric.LIVE_ALERTS: Meaning("Alerts that are not closed, by severity", "alerts", "severity"),
    SystemMetric.ALERTS_OPENED: Meaning("Alerts opened in the last whole minute", "alerts"),
    SystemMetric.ALERTS_CLOSED: Meaning("Alerts closed in the last whole minute", "alerts"),
    SystemMetric.COLLECTION_DURATION: Meaning("Time that collecting all of this took", "seconds"),
}
