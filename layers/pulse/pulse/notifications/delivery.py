"""Sending one job: claimed, judged once more, sent, and recorded.

A job is claimed before it is sent, and the claim counts as an attempt. Whoever dies between sending and recording
leaves a claim that runs out; the next attempt then carries the same id, by which a receiver tells that it is the same.
"""

import secrets
import time
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pydantic import ValidationError

from pulse import clock
from pulse.alerts.facts import AlertFacts, read_facts
from pulse.database import Connection, tenant_session
from pulse.logging import logger
from pulse.notifications import job_store
from pulse.notifications.channel_store import find_channel
from pulse.notifications.channels.email.config import EmailConfig
from pulse.notifications.channels.kind import ChannelConfig, KindName, Sent, permanent
from pulse.notifications.channels.registry import kinds
from pulse.notifications.decision import Decision, Verb, decide
from pulse.notifications.job import EMAIL_TARGET, JobStatus
from pulse.notifications.job_store import JobKey, JobRow
from pulse.notifications.managing_channels import config_of
from pulse.notifications.notice import Notice, NoticeEvent
from pulse.notifications.queue import enqueue
from pulse.notifications.recording import Failure, Result, record
from pulse.notifications.retries import delay_before
from pulse.notifications.subscription_notices import judge_notice
from pulse.outbound.errors import OutboundError

# Longer than a function may run, so that nobody sends what somebody else is sending.
_CLAIM: Final = timedelta(seconds=90)


class _Way(NamedTuple):
    """How a job is sent: the kind, its configuration, and what people call the receiver."""

    kind: KindName
    config: ChannelConfig
    name: str


class _Claimed(NamedTuple):
    """A job that this caller alone sends, as things stand this moment."""

    job: JobRow
    notice: Notice
    earlier: dict[str, str] | None


def deliver(key: JobKey) -> JobStatus | None:
    """Send a job that is due; return what it is afterwards, None when there was nothing to do.

    Raises UnavailableError when its secrets can't be read; nothing has happened then.
    """
    try:
        way: _Way | None = _find_way(key)
        obstacle: OutboundError | None = None
    except OutboundError as error:
        way, obstacle = None, error
    if way is None and obstacle is None:
        return None
    claimed = _claim(key)
    if claimed is None:
        return None
    started_at, started = clock.now(), time.perf_counter()
    result: Result
    try:
        if way is None:
            assert obstacle is not None
            raise obstacle
        result = _send(way, claimed)
    except OutboundError as error:
        retry = claimed.job["attempts"] + 1 - claimed.job["attempts_before_replay"]
        result = Failure(error, None if error.permanent else _delay(retry, error))
    latency = round((time.perf_counter() - started) * 1000)
    name = way.name if way is not None else claimed.job["target"]
    status = record(claimed.job, name, result, started_at=started_at, latency_milliseconds=latency)
    if isinstance(result, Failure) and result.delay is not None:
        enqueue([key], delay=result.delay)
    logger.info(
        "notification_tried",
        tenant_id=key.tenant_id,
        job_id=str(key.job_id),
        kind=claimed.job["kind"],
        event_of_alert=claimed.job["event"],
        status=status.value,
        attempt=claimed.job["attempts"] + 1,
        latency_milliseconds=latency,
    )
    return status


def notice_of(job: JobRow, facts: AlertFacts) -> Notice:
    """What a job tells: the alert as it is now, and what happened to it then."""
    return Notice(
        notice_id=job["job_id"],
        event=NoticeEvent(job["event"]),
        tenant_id=job["tenant_id"],
        alert_id=facts.alert_id,
        alert_type=facts.type,
        severity=facts.severity,
        status=facts.status.value,
        device_id=facts.device_id,
        site_id=facts.site_id,
        summary=_summary(facts, NoticeEvent(job["event"])),
        details=facts.details,
        opened_at=facts.opened_at,
        time=job["happened_at"],
        by=job["happened_by"],
        level=job["level"],
    )


def _summary(facts: AlertFacts, event: NoticeEvent) -> str:
    """What is wrong; with many silent devices of a site one notification stands for all of them."""
    others = facts.others_in_group
    if others < 1:
        return facts.summary
    devices = f"{others} more device{'s' if others > 1 else ''} of the site {facts.site_id}"
    if event is NoticeEvent.CLOSED:
        return f"{facts.summary} ({devices} {'are' if others > 1 else 'is'} silent still)"
    return f"{facts.summary} (and {devices})"


def _find_way(key: JobKey) -> _Way | None:
    """How a job is to be sent; None when it is not to be. Raises OutboundError when there is no way any more."""
    with tenant_session(key.tenant_id) as connection:
        job = job_store.find_job(connection, key)
        if job is None or job["status"] != JobStatus.PENDING:
            return None
        if job["channel_id"] is None:
            address = job["target"].removeprefix(EMAIL_TARGET)
            return _Way(KindName.EMAIL, EmailConfig(to=[address]), address)
        channel = find_channel(connection, key.tenant_id, job["channel_id"])
    if channel is None:
        raise permanent("the channel was deleted")
    if not channel["enabled"]:
        raise permanent("the channel is disabled")
    try:
        return _Way(KindName(channel["kind"]), config_of(channel), channel["name"])
    except ValidationError as error:
        raise permanent("the channel's configuration is not valid any more; save it again") from error


def _claim(key: JobKey) -> _Claimed | None:
    """Take a job that is due and that is still to be sent; what has become pointless ends here."""
    now = clock.now()
    with tenant_session(key.tenant_id) as connection:
        job = job_store.lock_due_job(connection, key, now=now)
        if job is None:
            return None
        if job["subscription_id"] is not None:
            decision, notice = judge_notice(connection, job)
        else:
            decision, notice = _judge_call(connection, job, now=now)
        match decision.verb:
            case Verb.CANCEL:
                job_store.finish(connection, key, JobStatus.CANCELLED, outcome=decision.reason, now=now)
            case Verb.WAIT:
                job_store.put_off(connection, key, due_at=now + decision.wait, outcome=decision.reason)
            case Verb.SEND:
                assert notice is not None
                job_store.claim(connection, key, until=now + _CLAIM)
                return _Claimed(job, notice, job_store.read_last_reference(connection, job))
    if decision.verb is Verb.WAIT:
        enqueue([key], delay=decision.wait)
    return None


def _judge_call(connection: Connection, job: JobRow, *, now: datetime) -> tuple[Decision, Notice | None]:
    facts = read_facts(connection, job["tenant_id"], job["alert_id"])
    announcements = job_store.read_announcements(connection, job, now=now)
    decision = decide(NoticeEvent(job["event"]), facts, announcements)
    return decision, None if facts is None else notice_of(job, facts)


def _send(way: _Way, claimed: _Claimed) -> Sent:
    return kinds()[way.kind].send(way.config, claimed.notice, claimed.earlier)


def _delay(retry: int, error: OutboundError) -> timedelta | None:
    chance = secrets.randbelow(1000) / 1000
    return delay_before(retry, retry_after_seconds=error.retry_after_seconds, chance=chance)
