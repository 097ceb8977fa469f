"""What people do with an alert. A change, its timeline entry, its audit entry and its event share a transaction."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from botocore.exceptions import BotoCoreError, ClientError

from pulse import clock
from pulse.alerts.alert import Alert, AlertStatus
from pulse.alerts.inbox import lock_alert
from pulse.alerts.lifecycle import event_payload
from pulse.alerts.timeline import TimelineEntry, append_timeline
from pulse.database import Connection, tenant_session
from pulse.errors import ConflictError
from pulse.events.outbox import Event, add_events, publish_due
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.logging import logger
from pulse.operations.audit import record_change


class _Change(NamedTuple):
    """One person's change: `action` for the audit log, `event` for timeline and bus."""

    actor: Principal
    origin: Origin
    time: datetime
    action: str
    event: str
    detail: dict[str, Any]


def acknowledge_alert(actor: Principal, alert_id: UUID, *, origin: Origin) -> Alert:
    """Take an open alert on; one that is acknowledged already stays as it is.

    Raises NotPermittedError, NotFoundError, and ConflictError when it is closed.
    """
    tenant_id = actor.require(Permission.HANDLE_ALERTS)
    change = _Change(actor, origin, clock.now(), "alert.acknowledge", "acknowledged", {})
    with tenant_session(tenant_id) as connection:
        alert = lock_alert(connection, tenant_id, alert_id)
        if alert["status"] == AlertStatus.CLOSED:
            message = "the alert is closed; there is nothing left to acknowledge"
            raise ConflictError(message)
        if alert["status"] == AlertStatus.ACKNOWLEDGED:
            return Alert.model_validate(alert)
        connection.execute(
            """
            UPDATE alerts
            SET status = 'ACKNOWLEDGED', acknowledged_at = %(now)s, acknowledged_by = %(by)s
            WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s
            """,
            {"tenant_id": tenant_id, "alert_id": alert_id, "now": change.time, "by": actor.name},
        )
        after = _record(connection, change, alert)
    _publish()
    return after


def close_alert(actor: Principal, alert_id: UUID, *, reason: str | None, origin: Origin) -> Alert:
    """Close an alert; one that is closed already stays as it is. Raises NotPermittedError, NotFoundError."""
    tenant_id = actor.require(Permission.HANDLE_ALERTS)
    detail = {"reason": reason} if reason else {}
    change = _Change(actor, origin, clock.now(), "alert.close", "closed", detail)
    with tenant_session(tenant_id) as connection:
        alert = lock_alert(connection, tenant_id, alert_id)
        if alert["status"] == AlertStatus.CLOSED:
            return Alert.model_validate(alert)
        connection.execute(
            """
            UPDATE alerts
            SET status = 'CLOSED', closed_at = %(now)s, closed_by = %(by)s, closed_reason = %(reason)s
            WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s
            """,
            {
                "tenant_id": tenant_id,
                "alert_id": alert_id,
                "now": change.time,
                "by": actor.name,
                "reason": reason,
            },
        )
        after = _record(connection, change, alert)
    _publish()
    return after


def _record(connection: Connection, change: _Change, before: dict[str, Any]) -> Alert:
    """Tell timeline, audit log and outbox of a change that was just made; return the alert after it."""
    tenant_id, alert_id = before["tenant_id"], before["alert_id"]
    after = lock_alert(connection, tenant_id, alert_id)
    append_timeline(
        connection,
        [TimelineEntry(tenant_id, alert_id, change.time, change.event, change.actor.name, change.detail)],
    )
    record_change(
        connection,
        actor=change.actor,
        origin=change.origin,
        action=change.action,
        subject=str(alert_id),
        before={"status": before["status"]},
        after={"status": after["status"], **change.detail},
    )
    payload = event_payload(after, by=change.actor.name)
    add_events(connection, [Event(tenant_id, f"alert.{change.event}", payload)])
    return Alert.model_validate(after)


def _publish() -> None:
    """Publish at once; the change is committed, so that a failure here only means that the relay does it."""
    try:
        publish_due()
    except (psycopg.Error, BotoCoreError, ClientError):
        logger.exception("publication_delayed")
