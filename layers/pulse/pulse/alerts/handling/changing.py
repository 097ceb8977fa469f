"""What people do with alerts. A change, its timeline entry, its audit entry and its event share a transaction."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from pulse.alerts.alert import Alert
from pulse.alerts.handling.actions import AlertAction, Handling, handle
from pulse.alerts.handling.store import lock_alerts, write_handled
from pulse.alerts.telling import AlertRow, event_payload
from pulse.alerts.timeline import TimelineEntry, append_timeline
from pulse.clock import format_instant
from pulse.database import Connection, tenant_session
from pulse.errors import ConflictError, NotFoundError, PulseError
from pulse.events.outbox import Event, add_events, publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change


class _Told(NamedTuple):
    """`action` is the audit log's word for what was done, `event` that of timeline and bus."""

    action: str
    event: str


_TOLD: Final = {
    AlertAction.ACKNOWLEDGE: _Told("alert.acknowledge", "acknowledged"),
    AlertAction.UNACKNOWLEDGE: _Told("alert.unacknowledge", "unacknowledged"),
    AlertAction.SILENCE: _Told("alert.silence", "silenced"),
    AlertAction.UNSILENCE: _Told("alert.unsilence", "unsilenced"),
    AlertAction.COMMENT: _Told("alert.comment", "commented"),
    AlertAction.CLOSE: _Told("alert.close", "closed"),
}
_AUDITED: Final = {"status", "silenced_until"}


class Handled(NamedTuple):
    """What became of one alert of several: the alert as it is now, or why it was refused."""

    alert_id: UUID
    alert: Alert | None
    changed: bool
    refusal: PulseError | None


def handle_alert(actor: Principal, alert_id: UUID, handling: Handling, *, origin: Origin) -> Alert:
    """Do something with an alert; one that is as it should be stays as it is.

    Raises NotPermittedError, NotFoundError, and ConflictError when the alert's state does not allow it.
    """
    [handled] = handle_alerts(actor, [alert_id], handling, origin=origin)
    if handled.alert is None:
        assert handled.refusal is not None
        raise handled.refusal
    return handled.alert


def handle_alerts(actor: Principal, alert_ids: Sequence[UUID], handling: Handling, *, origin: Origin) -> list[Handled]:
    """Do the same with several alerts, in the order of their ids as given; one's refusal leaves the others alone.

    Raises NotPermittedError.
    """
    tenant_id = actor.require(Permission.HANDLE_ALERTS)
    with tenant_session(tenant_id) as connection:
        rows = lock_alerts(connection, tenant_id, alert_ids)
        outcomes = {alert_id: _decide(rows.get(alert_id), alert_id, handling) for alert_id in alert_ids}
        changed = [outcome.alert for outcome in outcomes.values() if outcome.changed and outcome.alert is not None]
        after = write_handled(connection, tenant_id, changed)
        _record(connection, actor, origin, handling, rows, after)
    if after:
        publish_after_commit()
    return list(outcomes.values())


def _decide(row: AlertRow | None, alert_id: UUID, handling: Handling) -> Handled:
    if row is None:
        return Handled(alert_id, None, False, NotFoundError(f"there is no alert {alert_id}"))
    before = Alert.model_validate(row)
    try:
        after = handle(before, handling)
    except ConflictError as refusal:
        return Handled(alert_id, None, False, refusal)
    return Handled(alert_id, after, after != before or handling.always_tells, None)


def _record(
    connection: Connection,
    actor: Principal,
    origin: Origin,
    handling: Handling,
    before: dict[UUID, AlertRow],
    after: Sequence[AlertRow],
) -> None:
    """Tell timelines, audit log and outbox of changes that were just made."""
    told = _TOLD[handling.action]
    detail = _detail(handling)
    append_timeline(
        connection,
        [
            TimelineEntry(alert["tenant_id"], alert["alert_id"], handling.at, told.event, actor.name, detail)
            for alert in after
        ],
    )
    for alert in after:
        shown = {name: (before[alert["alert_id"]][name], alert[name]) for name in _AUDITED}
        different = {name: pair for name, pair in shown.items() if pair[0] != pair[1]}
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action=told.action,
            subject=str(alert["alert_id"]),
            before={name: old for name, (old, _) in different.items()},
            after={**{name: new for name, (_, new) in different.items()}, **detail},
        )
    add_events(
        connection,
        [Event(alert["tenant_id"], f"alert.{told.event}", event_payload(alert, by=actor.name)) for alert in after],
    )


def _detail(handling: Handling) -> dict[str, Any]:
    """What timeline and audit log note besides who and when."""
    detail: dict[str, Any] = {}
    if handling.remark is not None:
        detail["comment" if handling.action is AlertAction.COMMENT else "reason"] = handling.remark
    if handling.action is AlertAction.SILENCE:
        detail["until"] = format_instant(handling.until) if handling.until else "closed"
    return detail
