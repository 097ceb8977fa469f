"""From an event of an alert, or of a subscription that ends, to the jobs that tell people of it.

Dispatching an event again changes nothing: a receiver has one job for each event of an alert (and each step of its
escalation). Jobs are committed before they are enqueued, so that a crash between the two delays and never loses them.
"""

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from pydantic import AwareDatetime, ConfigDict, Field

from pulse import clock
from pulse.alerts.facts import AlertFacts, read_facts
from pulse.database import Connection, tenant_session
from pulse.logging import logger
from pulse.models import Model
from pulse.notifications import job_store, rule_store
from pulse.notifications.channel_store import kinds_of_channels
from pulse.notifications.channels.kind import KindName
from pulse.notifications.job import EMAIL_TARGET, JobStatus
from pulse.notifications.job_store import JobKey, NewJob
from pulse.notifications.managing_rules import occasion_of
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.queue import enqueue
from pulse.notifications.routing import RoutingRule, judge, receivers
from pulse.notifications.sparing import Call, claim_group, reason_to_spare
from pulse.notifications.subscription_notices import (
    SubscriptionChanged,
    SubscriptionNotice,
    dispatch_change,
    dispatch_notice,
)

# What a receiver is told when an alert needs somebody once more is what it is told when one opens.
_EVENTS: Final = MappingProxyType(
    {
        **{f"alert.{event}": event for event in NoticeEvent if event.is_of_alerts},
        "alert.unacknowledged": NoticeEvent.OPENED,
        "alert.unsilenced": NoticeEvent.OPENED,
        "alert.unsuppressed": NoticeEvent.OPENED,
    }
)
_NOTICES: Final = MappingProxyType(
    {"subscription.ending": NoticeEvent.SUBSCRIPTION_ENDING, "tenant.deletion_near": NoticeEvent.TENANT_DELETION}
)
_CHANGES: Final = frozenset({"subscription.renewed", "subscription.changed"})

type DispatchedEvent = AlertEvent | SubscriptionNotice | SubscriptionChanged


class Reach(Model):
    """How somebody is reached: by a channel, an address, or both."""

    name: str = ""
    channel_id: UUID | None = None
    email: str | None = None


class EscalationTarget(Reach):
    """Whom a level of an escalation is for: a channel, an address, or the `people` on call in a schedule."""

    people: list[Reach] = Field([])


class AlertEvent(Model):
    """An event as the bus brings it; `step`, `level` and `targets` are those of an escalation.

    `again` is that an alert was opened before and needs somebody once more.
    """

    model_config = ConfigDict(extra="ignore")

    event: NoticeEvent
    tenant_id: str
    alert_id: UUID
    time: AwareDatetime
    by: str
    again: bool = False
    step: int = 0
    level: int | None = None
    targets: list[EscalationTarget] = Field([])


def read_event(body: str) -> DispatchedEvent:
    """The event in a message of the queue. Raises ValueError for what is none of ours."""
    entry = orjson.loads(body)
    if not isinstance(entry, dict) or not isinstance(entry.get("detail"), dict):
        message = "this is no event of the bus"
        raise ValueError(message)
    detail: dict[str, Any] = entry["detail"]
    name = str(entry.get("detail-type"))
    if name in _NOTICES:
        return SubscriptionNotice.model_validate({**detail, "event": _NOTICES[name]})
    if name in _CHANGES:
        return SubscriptionChanged.model_validate(detail)
    event = _EVENTS.get(name)
    return AlertEvent.model_validate({**detail, "event": event, "again": name != f"alert.{event}"})


def dispatch(event: DispatchedEvent) -> int:
    """Have everybody told whom rules or the escalation name; return how many are new."""
    match event:
        case SubscriptionNotice():
            return dispatch_notice(event)
        case SubscriptionChanged():
            return dispatch_change(event)
        case AlertEvent():
            return _dispatch_alert(event)


def _dispatch_alert(event: AlertEvent) -> int:
    now = clock.now()
    with tenant_session(event.tenant_id) as connection:
        facts = read_facts(connection, event.tenant_id, event.alert_id)
        if facts is None:
            logger.warning("alert_of_event_is_gone", tenant_id=event.tenant_id, alert_id=str(event.alert_id))
            return 0
        if not event.event.calls_for_somebody:
            reason = f"the alert is {facts.status.lower()}"
            job_store.cancel_calls(connection, event.tenant_id, event.alert_id, reason=reason, now=now)
        rules = rule_store.read_rules(connection, event.tenant_id)
        occasion = occasion_of(connection, event.tenant_id, rules, facts, event.event)
        if facts.group_id is not None:
            claim_group(connection, event.tenant_id, facts.group_id)
        jobs = [
            _job_of(connection, event, facts, receiver, now=now)
            for receiver in _receivers(connection, event, receivers(judge(rules, occasion)))
        ]
        common = {
            "alert_id": event.alert_id,
            "subscription_id": None,
            "fingerprint": facts.fingerprint,
            "group_id": facts.group_id,
            "event": event.event.value,
            "step": event.step,
            "level": event.level,
            "happened_at": event.time,
            "happened_by": event.by,
        }
        due = job_store.insert_jobs(connection, event.tenant_id, jobs, common=common, now=now)
    enqueue([JobKey(event.tenant_id, job_id) for job_id in due])
    return len(due)


class _Receiver(NamedTuple):
    """Who is told, and why."""

    target: str
    channel_id: UUID | None
    kind: str
    reason: str
    throttle_minutes: int = 0


def _receivers(connection: Connection, event: AlertEvent, rules: Sequence[RoutingRule]) -> list[_Receiver]:
    """Whom the escalation names, and whom rules name beside them: each once, for whatever leads there first."""
    found: dict[str, _Receiver] = {}
    named = [reach.channel_id for target in event.targets for reach in (target, *target.people)]
    kinds = kinds_of_channels(connection, event.tenant_id, {channel_id for channel_id in named if channel_id})
    for target in event.targets:
        for reach in (target, *target.people):
            why = f"level {event.level} of the escalation"
            if reach.name:
                why += f", on call: {reach.name}"
            if reach.channel_id is not None:
                kind = kinds.get(reach.channel_id, KindName.EMAIL.value)
                name = str(reach.channel_id)
                found.setdefault(name, _Receiver(name, reach.channel_id, kind, why))
            if reach.email is not None:
                name = f"{EMAIL_TARGET}{reach.email}"
                found.setdefault(name, _Receiver(name, None, KindName.EMAIL.value, why))
    for rule in rules:
        why = f"routing rule {rule.name}"
        name = str(rule.channel_id)
        found.setdefault(name, _Receiver(name, rule.channel_id, rule.channel_kind.value, why, rule.throttle_minutes))
    return list(found.values())


def _job_of(
    connection: Connection, event: AlertEvent, facts: AlertFacts, receiver: _Receiver, *, now: datetime
) -> NewJob:
    call = Call(event.event, event.step, event.again, receiver.target, receiver.throttle_minutes)
    spared = reason_to_spare(connection, event.tenant_id, facts, call, now=now)
    return NewJob(
        target=receiver.target,
        channel_id=receiver.channel_id,
        kind=receiver.kind,
        reason=receiver.reason,
        status=JobStatus.PENDING if spared is None else JobStatus.THROTTLED,
        outcome=spared,
    )
