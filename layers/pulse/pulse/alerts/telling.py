"""A change of alerts is told of twice in its transaction: in their timelines, and to the bus through the outbox."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pulse.alerts.timeline import TimelineEntry, append_timeline
from pulse.clock import format_instant
from pulse.database import Connection
from pulse.events.outbox import Event, add_events

type AlertRow = dict[str, Any]
"""A row of the table `alerts`."""


def event_payload(alert: Mapping[str, Any], *, by: str) -> dict[str, Any]:
    """What every `alert.*` event carries; `alert` is a row of the table."""
    silenced_until = alert["silenced_until"]
    return {
        "alert_id": str(alert["alert_id"]),
        "device_id": alert["device_id"],
        "site_id": alert["site_id"],
        "type": alert["type"],
        "severity": alert["severity"],
        "status": alert["status"],
        "summary": alert["summary"],
        "trigger_count": alert["trigger_count"],
        "opened_at": format_instant(alert["opened_at"]),
        "silenced": alert["silenced_at"] is not None,
        "silenced_until": format_instant(silenced_until) if silenced_until else None,
        "flapping": alert["flapping_since"] is not None,
        "suppressed_by": str(alert["suppressed_by"]) if alert["suppressed_by"] else None,
        "group_id": str(alert["group_id"]) if alert["group_id"] else None,
        "by": by,
    }


def tell(
    connection: Connection,
    alerts: Sequence[AlertRow],
    event: str,
    *,
    time_column: str,
    describe: Callable[[AlertRow], dict[str, Any]],
) -> None:
    """Tell of what the system did with alerts; `time_column` has when, `describe` says what the timeline notes."""
    append_timeline(
        connection,
        [
            TimelineEntry(alert["tenant_id"], alert["alert_id"], alert[time_column], event, "system", describe(alert))
            for alert in alerts
        ],
    )
    add_events(
        connection,
        [Event(alert["tenant_id"], f"alert.{event}", event_payload(alert, by="system")) for alert in alerts],
    )
