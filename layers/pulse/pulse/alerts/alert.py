"""An alert as a value, and the words that it is told in. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from pulse.alerts.severity import Severity
from pulse.input_errors import in_words
from pulse.models import Model


class AlertStatus(StrEnum):
    """OPEN: nobody has taken it; ACKNOWLEDGED: somebody has; CLOSED: the cause has ended, or a person says so."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    CLOSED = "CLOSED"


class AlertType(StrEnum):
    """What kind of thing is wrong, as far as Pulse itself finds it; addons bring types of their own."""

    NO_HEARTBEAT = "NO_HEARTBEAT"
    THRESHOLD = "THRESHOLD"
    ANOMALY = "ANOMALY"
    NO_TELEMETRY = "NO_TELEMETRY"
    WINDOW = "WINDOW"
    ALERT_LIMIT = "ALERT_LIMIT"
    SYSTEM_HEALTH = "SYSTEM_HEALTH"
    INBOUND_UNREADABLE = "INBOUND_UNREADABLE"
    INBOUND_STORM = "INBOUND_STORM"
    POLL_FAILED = "POLL_FAILED"
    POLLS_OVERDUE = "POLLS_OVERDUE"
    TRAPS_REFUSED = "TRAPS_REFUSED"


class AlertSource(StrEnum):
    """Who says that something is wrong: a rule, the watch over heartbeats, an addon for another system, or Pulse."""

    RULE = "rule"
    HEARTBEAT = "heartbeat"
    ADDON = "addon"
    PLATFORM = "platform"


AlertTypeText = Annotated[
    str,
    StringConstraints(
        pattern=in_words(
            r"^[A-Z][A-Z0-9_]{0,63}$",
            "must be a type of alerts such as THRESHOLD: capital letters, digits and underscores",
        )
    ),
]
"""A type of alert: one of Pulse's own, or an addon's."""


class Alert(Model):
    """An alert. Of one cause there is at most one that is not CLOSED."""

    alert_id: UUID
    type: str = Field(description="One of Pulse's own types, or an addon's")
    severity: Severity
    status: AlertStatus
    device_id: str | None
    site_id: str | None
    rule_id: UUID | None
    summary: str
    details: dict[str, Any] = Field(description="What it rests on: the values, the deadline, what cleared it")
    trigger_count: int = Field(description="How often the cause was seen")
    opened_at: datetime
    last_triggered_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    silenced_at: datetime | None = Field(description="Since when nobody is told of it; null when it is not silenced")
    silenced_until: datetime | None = Field(description="When the silence ends; null when that is with the alert")
    silenced_by: str | None
    flapping_since: datetime | None = Field(
        description="Set when the cause came and went more than five times in an hour; it closes when it is calm"
    )
    suppressed_by: UUID | None = Field(
        description="The alert of the parent device, because of which nobody is told of this one"
    )
    group_id: UUID | None = Field(description="The group, when many devices of the site fell silent together")
    closed_at: datetime | None
    closed_by: str | None = Field(description="`system` when the cause ended")
    closed_reason: str | None
