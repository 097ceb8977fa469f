"""From a poll to alerts: what it raises, what is over, and whether the target could be polled at all."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pulse.alerts.alert_store import live_among
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.database import Connection, ingest_session
from pulse.inbound import addon_store
from pulse.inbound.addon_store import Choice
from pulse.inbound.cause_store import accept_events, end_absent
from pulse.inbound.causes import Origin, absent_closing
from pulse.inbound.clear_events import Reconciliation
from pulse.inbound.manifest import Manifest
from pulse.inbound.message import Message
from pulse.inbound.methods import ApiPoll, PolledMethod, SnmpPoll, SshPoll, question_names
from pulse.inbound.processing import Outcome, change_alerts
from pulse.inbound.reading import Clear, Delivery, Raise, read
from pulse.inbound.record import PayloadError
from pulse.logging import logger
from pulse.metrics import count
from pulse.polling.outcome import MAX_REASON, OutcomeKind
from pulse.polling.report import PollReport, read_report
from pulse.targets import target_store
from pulse.targets.assignment_store import want_assignment
from pulse.targets.causes import failure_closing, failure_fingerprint, failure_opening
from pulse.targets.overdue import end_if_nothing_is_owed
from pulse.targets.target_store import PollResult, TargetKey, TargetRow, result_due


class _Heard(NamedTuple):
    """What the answers say, and how the poll went when that is known."""

    events: list[Raise | Clear]
    ignored: int
    kind: OutcomeKind
    reason: str
    complete: bool


def process_poll(message: Message, now: datetime) -> Outcome:
    """Do what a poll from the cloud says."""
    with ingest_session() as connection:
        return hear_poll(
            connection,
            message.tenant_id,
            read_report(message.body),
            message_id=message.message_id,
            heard_at=now,
            gateway_device_id=None,
        )


def hear_poll(
    connection: Connection,
    tenant_id: str,
    report: PollReport,
    *,
    message_id: UUID,
    heard_at: datetime,
    gateway_device_id: str | None,
) -> Outcome:
    """Do what a poll says. One that is not newer than the last, and one of somebody who is not to ask, says nothing."""
    key = TargetKey(tenant_id, report.target_id)
    row = target_store.find_target(connection, key, lock=True)
    polled_at = min(report.polled_at, heard_at)
    if row is None or not row["enabled"] or row["gateway_device_id"] != gateway_device_id:
        return _left_aside(key, "nobody waits for it from there")
    if row["last_polled_at"] is not None and row["last_polled_at"] >= polled_at:
        return _left_aside(key, "a newer one was heard before")
    manifest = addon_store.find_manifest(connection, tenant_id, row["addon_id"])
    choice = addon_store.find_choices(connection, tenant_id, row["addon_id"]).get(row["addon_id"])
    if manifest is None or choice is None or not choice.enabled or not isinstance(manifest.method, PolledMethod):
        return _left_aside(key, "the addon is disabled")
    heard = _read(manifest, choice, row, report, polled_at)
    origin = Origin(tenant_id, row["target_id"], row["name"], manifest.id, row["site_id"], is_target=True)
    outcome = _apply(connection, manifest, origin, heard, Told(message_id, polled_at, heard_at))
    due_at = None if gateway_device_id is None else result_due(heard_at, row["interval_seconds"])
    result = PollResult(heard.kind, heard.reason, report.outcome.seconds, polled_at, report.outcome.host_key, due_at)
    after = target_store.note_result(connection, key, result)
    if row["overdue_since"] is not None and gateway_device_id is not None:
        outcome += Outcome(closed=end_if_nothing_is_owed(connection, tenant_id, gateway_device_id, heard_at))
    if after["version"] != row["version"]:
        want_assignment(connection, tenant_id, gateway_device_id)
    return outcome + _tell_of_failure(connection, manifest.method, after, heard, heard_at)


class Told(NamedTuple):
    """Which message tells of it, of when, and when it came."""

    message_id: UUID
    polled_at: datetime
    heard_at: datetime


def _read(manifest: Manifest, choice: Choice, row: TargetRow, report: PollReport, polled_at: datetime) -> _Heard:
    """Read every answer; one that can't be read makes the poll a bad one, and leaves the others as they are."""
    assert isinstance(manifest.method, SnmpPoll | ApiPoll | SshPoll)
    known = set(question_names(manifest.method))
    heard = _Heard([], 0, report.outcome.kind, report.outcome.reason, report.complete)
    for answer in report.payload:
        if answer.name not in known:
            continue  # of the version of the addon before this one
        polled = {"target_name": row["name"], "target_address": row["host"], "question": answer.name}
        try:
            reading = read(
                manifest, Delivery(answer.body.encode(), polled_at, row["host"], {}, polled), choice.overrides
            )
        except PayloadError as error:
            heard = _unreadable(heard, f"{answer.name}: {error}")
        else:
            heard.events.extend(reading.events)
            heard = heard._replace(ignored=heard.ignored + len(reading.ignored))
    return heard


def _unreadable(heard: _Heard, reason: str) -> _Heard:
    if heard.kind is not OutcomeKind.OK:
        return heard._replace(complete=False)
    return heard._replace(kind=OutcomeKind.BAD_ANSWER, reason=reason[:MAX_REASON], complete=False)


def _apply(connection: Connection, manifest: Manifest, origin: Origin, heard: _Heard, told: Told) -> Outcome:
    message = Message(
        kind="poll",
        tenant_id=origin.tenant_id,
        source_id=origin.source_id,
        message_id=told.message_id,
        received_at=told.polled_at,
    )
    accepted = accept_events(connection, message, manifest.id, heard.events) if heard.events else frozenset()
    events = [event for event in heard.events if event.fingerprint in accepted]
    opened, closed = change_alerts(connection, told.heard_at, origin, events)
    closed += _reconcile(connection, manifest, origin, heard, told) if heard.complete else 0
    return Outcome(opened, closed, heard.ignored)


def _reconcile(connection: Connection, manifest: Manifest, origin: Origin, heard: _Heard, told: Told) -> int:
    """End what a complete poll does not raise any more."""
    rules = [event for event in manifest.clear_events if isinstance(event, Reconciliation)]
    if not rules:
        return 0
    types = (
        None if any(not rule.alert_types for rule in rules) else {name for rule in rules for name in rule.alert_types}
    )
    raised = {event.fingerprint for event in heard.events if isinstance(event, Raise)}
    absent = end_absent(connection, origin, raised=raised, types=types, before=told.polled_at)
    return close_alerts(connection, [absent_closing(origin, cause, told.heard_at) for cause in absent])


def _tell_of_failure(
    connection: Connection, method: PolledMethod, row: TargetRow, heard: _Heard, now: datetime
) -> Outcome:
    if heard.kind is OutcomeKind.OK:
        key = (row["tenant_id"], failure_fingerprint(row["target_id"]))
        if not live_among(connection, [key]):
            return Outcome()
        return Outcome(closed=close_alerts(connection, [failure_closing(*_key(row), now)]))
    count("PollFailed")
    if method.alert_on_failure is None or row["failures"] < row["failures_before_alert"]:
        return Outcome()
    opening = failure_opening(row, heard.kind, heard.reason, method.alert_on_failure.severity, now)
    return Outcome(opened=open_alerts(connection, [opening]))


def _key(row: TargetRow) -> TargetKey:
    return TargetKey(row["tenant_id"], row["target_id"])


def _left_aside(key: TargetKey, reason: str) -> Outcome:
    logger.info("poll_left_aside", tenant_id=key.tenant_id, target_id=str(key.target_id), reason=reason)
    return Outcome(ignored=1)
