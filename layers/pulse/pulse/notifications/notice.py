"""What is told: one thing that happened to one alert, or a subscription that ends, for one receiver. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from pulse.alerts.severity import Severity
from pulse.clock import format_instant


class NoticeEvent(StrEnum):
    """What happened. `test` is somebody trying a channel out."""

    OPENED = "opened"
    SEVERITY_CHANGED = "severity_changed"
    ESCALATED = "escalated"
    UNANSWERED = "unanswered"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    SUBSCRIPTION_ENDING = "subscription_ending"
    TENANT_DELETION = "tenant_deletion"
    SUBSCRIPTION_RENEWED = "subscription_renewed"
    TEST = "test"

    @property
    def calls_for_somebody(self) -> bool:
        """Whether it wants a person to act on an alert; it is pointless once one has."""
        return self.is_of_alerts and self not in (NoticeEvent.ACKNOWLEDGED, NoticeEvent.CLOSED)

    @property
    def is_of_alerts(self) -> bool:
        """Whether it is something that happens to an alert."""
        return self is not NoticeEvent.TEST and not self.is_of_subscriptions

    @property
    def is_of_subscriptions(self) -> bool:
        """Whether it is something that happens to a subscription."""
        return self in _BUS_NAMES


_BUS_NAMES: Final = MappingProxyType(
    {
        NoticeEvent.SUBSCRIPTION_ENDING: "subscription.ending",
        NoticeEvent.TENANT_DELETION: "tenant.deletion_near",
        NoticeEvent.SUBSCRIPTION_RENEWED: "subscription.renewed",
    }
)
"""What the bus calls the events of subscriptions."""
CALLS: Final = [event.value for event in NoticeEvent if event.calls_for_somebody]
"""The events that call for somebody, as they are stored."""
COLOURS: Final = MappingProxyType(
    {
        Severity.CRITICAL: "#ef4444",
        Severity.HIGH: "#f97316",
        Severity.MEDIUM: "#f59e0b",
        Severity.LOW: "#6b7280",
        Severity.INFO: "#3b82f6",
    }
)
_WHAT_TO_DO: Final = "an administrator asks for a renewal in the application, under Subscription"
GOOD_COLOUR: Final = "#22c55e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notification. `notice_id` is the same in every attempt, so that a receiver can tell a repetition.

    It is about an alert or a subscription, of which the other id is None.
    """

    notice_id: UUID
    event: NoticeEvent
    tenant_id: str
    alert_id: UUID | None
    alert_type: str
    severity: Severity
    status: str
    device_id: str | None
    site_id: str | None
    summary: str
    details: Mapping[str, Any]
    opened_at: datetime
    time: datetime
    by: str
    level: int | None = None
    subscription_id: UUID | None = None

    @property
    def happening(self) -> str:
        """What happened, in words."""
        match self.event:
            case NoticeEvent.OPENED:
                return "Opened"
            case NoticeEvent.SEVERITY_CHANGED:
                return f"Severity is {self.severity} now"
            case NoticeEvent.ESCALATED:
                return f"Escalated to level {self.level}" if self.level else "Escalated"
            case NoticeEvent.UNANSWERED:
                return "Nobody has answered"
            case NoticeEvent.ACKNOWLEDGED:
                return f"Acknowledged by {self.by}"
            case NoticeEvent.CLOSED:
                return f"Closed by {self.by}"
            case NoticeEvent.SUBSCRIPTION_ENDING:
                return "Subscription ends"
            case NoticeEvent.TENANT_DELETION:
                return "Data will be deleted"
            case NoticeEvent.SUBSCRIPTION_RENEWED:
                return "Subscription goes on"
            case NoticeEvent.TEST:
                return "Test"

    @property
    def title(self) -> str:
        """One line that says how bad it is, what happened, and where, unless the summary says so itself."""
        line = f"[{self.severity}] {self.happening}: {self.summary}"
        return line if self.place is None or self.place in self.summary else f"{line} ({self.place})"

    @property
    def place(self) -> str | None:
        """The device, by its id or, if it is in no registry, as its system calls it."""
        return self.device_id or self.details.get("external_device", {}).get("name")

    @property
    def colour(self) -> str:
        """That of the severity, green once it is over; as `#rrggbb`."""
        is_over = self.event in (NoticeEvent.CLOSED, NoticeEvent.SUBSCRIPTION_RENEWED)
        return GOOD_COLOUR if is_over else COLOURS[self.severity]

    @property
    def facts(self) -> dict[str, str]:
        """What a person wants to know beside the title, by label."""
        if self.subscription_id is not None:
            return {"Subscription": str(self.details["name"]), "Status": self.status, "What to do": _WHAT_TO_DO}
        return {
            "Device": self.place or "-",
            "Site": self.site_id or "-",
            "Type": self.alert_type,
            "Status": self.status,
            "Opened": f"{self.opened_at:%Y-%m-%d %H:%M:%S} UTC",
        }

    @property
    def type(self) -> str:
        """What happened to what, as `alert.opened` or `subscription.ending`."""
        return _BUS_NAMES.get(self.event, f"alert.{self.event}")

    @property
    def subject(self) -> str:
        """What it is about, as `alert` or `subscription` and the id, joined by a hyphen."""
        return f"alert-{self.alert_id}" if self.subscription_id is None else f"subscription-{self.subscription_id}"

    @property
    def variables(self) -> dict[str, Any]:
        """What templates may use; documented in docs/notifications.md. A missing text is empty."""
        return {
            "event": self.event.value,
            "alert_id": str(self.alert_id or ""),
            "subscription_id": str(self.subscription_id or ""),
            "tenant_id": self.tenant_id,
            "device_id": self.device_id or "",
            "site_id": self.site_id or "",
            "alert_type": self.alert_type,
            "severity": self.severity.value,
            "severity_label": self.severity.value.capitalize(),
            "severity_lower": self.severity.value.lower(),
            "severity_rank": self.severity.rank,
            "status": self.status,
            "summary": self.summary,
            "message": self.title,
            "details": dict(self.details),
            "created_at": format_instant(self.opened_at),
            "timestamp": format_instant(self.time),
            "by": self.by,
            "level": self.level or 0,
        }


def sample_notice(notice_id: UUID, tenant_id: str, *, by: str, now: datetime) -> Notice:
    """What a test sends: everything is filled in, and nothing is alarming."""
    return Notice(
        notice_id=notice_id,
        event=NoticeEvent.TEST,
        tenant_id=tenant_id,
        alert_id=notice_id,
        alert_type="TEST",
        severity=Severity.INFO,
        status="CLOSED",
        device_id="test-device",
        site_id="test-site",
        summary="This is a test. If you can read it, notifications arrive here.",
        details={"value": 4.5},
        opened_at=now,
        time=now,
        by=by,
    )


VARIABLE_NAMES: Final = frozenset(sample_notice(UUID(int=0), "", by="", now=datetime.min.replace(tzinfo=UTC)).variables)
"""What templates may name."""
