"""PagerDuty's events. Pure."""

from types import MappingProxyType
from typing import Any, Final

from pulse.alerts.severity import Severity
from pulse.clock import format_instant
from pulse.notifications.notice import Notice, NoticeEvent

_SEVERITIES: Final = MappingProxyType(
    {
        Severity.CRITICAL: "critical",
        Severity.HIGH: "error",
        Severity.MEDIUM: "warning",
        Severity.LOW: "info",
        Severity.INFO: "info",
    }
)
_ACTIONS: Final = MappingProxyType(
    {
        NoticeEvent.OPENED: "trigger",
        NoticeEvent.SEVERITY_CHANGED: "trigger",
        NoticeEvent.ESCALATED: "trigger",
        NoticeEvent.UNANSWERED: "trigger",
        NoticeEvent.SUBSCRIPTION_ENDING: "trigger",
        NoticeEvent.TENANT_DELETION: "trigger",
        NoticeEvent.SUBSCRIPTION_RENEWED: "resolve",
        NoticeEvent.TEST: "trigger",
        NoticeEvent.ACKNOWLEDGED: "acknowledge",
        NoticeEvent.CLOSED: "resolve",
    }
)
_MAXIMUM_SUMMARY: Final = 1024


def event_of(notice: Notice, routing_key: str) -> dict[str, Any]:
    """One alert is one incident, and so is one subscription: all events of it have the same `dedup_key`."""
    event: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": _ACTIONS[notice.event],
        "dedup_key": notice.subject,
    }
    if event["event_action"] == "trigger":
        event["payload"] = {
            "summary": notice.summary[:_MAXIMUM_SUMMARY],
            "source": notice.device_id or notice.site_id or notice.tenant_id,
            "severity": _SEVERITIES[notice.severity],
            "timestamp": format_instant(notice.opened_at),
            "component": notice.device_id,
            "group": notice.site_id,
            "class": notice.alert_type,
            "custom_details": notice.variables,
        }
        event["client"] = "Pulse"
    return event
