"""Notices before a subscription's end and before a deletion: to administrators by mail, and wherever rules lead.

A receiver is told once of each notice, however often its event comes, and not at all of a term that was renewed. What
keeps an incident of it is told that it is over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import AliasChoices, AwareDatetime, ConfigDict, Field

from pulse import clock
from pulse.alerts.severity import Severity
from pulse.clock import format_instant
from pulse.database import Connection, tenant_session
from pulse.identity.user_store import administrator_emails
from pulse.models import Model
from pulse.notifications import job_store, rule_store
from pulse.notifications.channels.kind import KindName
from pulse.notifications.decision import Decision, Verb
from pulse.notifications.job import EMAIL_TARGET, JobStatus
from pulse.notifications.job_store import JobKey, JobRow, NewJob
from pulse.notifications.notice import Notice, NoticeEvent
from pulse.notifications.queue import enqueue
from pulse.notifications.routing import Occasion, judge, receivers
from pulse.subscriptions.ending import Ending, read_ending

_INCIDENT_KINDS: Final = [kind.value for kind in KindName if kind.keeps_incidents]


class SubscriptionNotice(Model):
    """An event of the bus that people are told of: `days_left` until `end`, that of the term or of the data."""

    model_config = ConfigDict(extra="ignore")

    event: NoticeEvent
    tenant_id: str
    subscription_id: UUID
    days_left: int
    end: AwareDatetime = Field(validation_alias=AliasChoices("kept_until", "term_end"))


class SubscriptionChanged(Model):
    """An event of the bus after which a notice may not hold any more."""

    model_config = ConfigDict(extra="ignore")

    tenant_id: str
    subscription_id: UUID


def severity_of(event: NoticeEvent, days_left: int) -> Severity:
    """How urgent a notice is, so that a routing rule may be about the last ones alone."""
    if event is NoticeEvent.TENANT_DELETION:
        return Severity.CRITICAL if days_left <= 7 else Severity.HIGH
    if days_left <= 1:
        return Severity.CRITICAL
    if days_left <= 7:
        return Severity.HIGH
    return Severity.MEDIUM if days_left <= 30 else Severity.INFO


def type_of(event: NoticeEvent) -> str:
    """What routing rules and receivers know the event by, as the type of an alert."""
    return event.value.upper()


def dispatch_notice(event: SubscriptionNotice) -> int:
    """Have everybody told who is to be told; return how many are new."""
    with tenant_session(event.tenant_id) as connection:
        occasion = Occasion(
            event=event.event,
            severity=severity_of(event.event, event.days_left),
            alert_type=type_of(event.event),
            site_id=None,
            tags={},
        )
        rules = receivers(judge(rule_store.read_rules(connection, event.tenant_id), occasion))
        jobs = [
            _job(str(rule.channel_id), rule.channel_id, rule.channel_kind.value, f"routing rule {rule.name}")
            for rule in rules
        ] + [
            _job(f"{EMAIL_TARGET}{email}", None, KindName.EMAIL.value, "administrator of the tenant")
            for email in administrator_emails(connection, event.tenant_id)
        ]
        due = _insert(
            connection,
            event.tenant_id,
            event.subscription_id,
            jobs,
            event=event.event,
            days=event.days_left,
            noticed_at=event.end - timedelta(days=event.days_left),
        )
    enqueue([JobKey(event.tenant_id, job_id) for job_id in due])
    return len(due)


def dispatch_change(event: SubscriptionChanged) -> int:
    """Have incidents of notices resolved that do not hold any more; return how many these are."""
    with tenant_session(event.tenant_id) as connection:
        ending = read_ending(connection, event.tenant_id, event.subscription_id)
        told = job_store.read_newest_notices(connection, event.tenant_id, event.subscription_id, kinds=_INCIDENT_KINDS)
        due = [
            job_id
            for notice in told
            if _reason_not_to_tell(notice, ending) is not None
            for job_id in _insert(
                connection,
                event.tenant_id,
                event.subscription_id,
                [_job(notice["target"], notice["channel_id"], notice["kind"], "it was told of the end")],
                event=NoticeEvent.SUBSCRIPTION_RENEWED,
                days=notice["step"],
                noticed_at=notice["happened_at"],
            )
        ]
    enqueue([JobKey(event.tenant_id, job_id) for job_id in due])
    return len(due)


def judge_notice(connection: Connection, job: JobRow) -> tuple[Decision, Notice | None]:
    """Whether a subscription's notice is still to be sent, judged right before it is; and what it says."""
    ending = read_ending(connection, job["tenant_id"], job["subscription_id"])
    if ending is None:
        return Decision(Verb.CANCEL, "the subscription is gone"), None
    if NoticeEvent(job["event"]) is not NoticeEvent.SUBSCRIPTION_RENEWED:
        reason = _reason_not_to_tell(job, ending)
        if reason is not None:
            return Decision(Verb.CANCEL, reason), None
    return Decision(Verb.SEND), _notice_of(job, ending)


def _reason_not_to_tell(job: JobRow, ending: Ending | None) -> str | None:
    if ending is None:
        return "the subscription is gone"
    if NoticeEvent(job["event"]) is NoticeEvent.TENANT_DELETION:
        return ending.reason_not_to_warn(days=job["step"], noticed_at=job["happened_at"])
    return ending.reason_not_to_tell(days=job["step"], noticed_at=job["happened_at"])


def _insert(
    connection: Connection,
    tenant_id: str,
    subscription_id: UUID,
    jobs: Sequence[NewJob],
    *,
    event: NoticeEvent,
    days: int,
    noticed_at: datetime,
) -> list[UUID]:
    common = {
        "alert_id": None,
        "subscription_id": subscription_id,
        "fingerprint": f"SUBSCRIPTION:{subscription_id}",
        "group_id": None,
        "event": event.value,
        "step": days,
        "level": None,
        "happened_at": noticed_at,
        "happened_by": "system",
    }
    return job_store.insert_jobs(connection, tenant_id, jobs, common=common, now=clock.now())


def _notice_of(job: JobRow, ending: Ending) -> Notice:
    event = NoticeEvent(job["event"])
    days = job["step"]
    end = ending.kept_until or ending.term_end
    return Notice(
        notice_id=job["job_id"],
        event=event,
        tenant_id=job["tenant_id"],
        alert_id=None,
        subscription_id=ending.subscription_id,
        alert_type=type_of(event),
        severity=severity_of(event, days),
        status=ending.status.value,
        device_id=None,
        site_id=None,
        summary=_summary(event, ending.name, days, end),
        details={"name": ending.name, "days_left": days, "term_end": format_instant(ending.term_end)},
        opened_at=job["happened_at"],
        time=job["happened_at"],
        by=job["happened_by"],
    )


def _summary(event: NoticeEvent, name: str, days: int, end: datetime) -> str:
    in_days = f"in {days} day{'s' if days > 1 else ''}, on {end:%Y-%m-%d %H:%M} UTC"
    match event:
        case NoticeEvent.TENANT_DELETION:
            return f"All data are deleted {in_days}, unless {name} or another subscription is renewed"
        case NoticeEvent.SUBSCRIPTION_RENEWED:
            return f"{name} does not end as it was told"
        case _:
            return f"{name} ends {in_days}"


def _job(target: str, channel_id: UUID | None, kind: str, reason: str) -> NewJob:
    return NewJob(target, channel_id, kind, reason, JobStatus.PENDING, None)
