"""Notices before a subscription's end: to the tenant's administrators by mail, and wherever routing rules say so.

A receiver is told once of each notice, however often its event comes, and not at all of a term that was renewed.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict

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

NOTICE_TYPE: Final = "SUBSCRIPTION_ENDING"


class SubscriptionEnding(Model):
    """The event as the bus brings it."""

    model_config = ConfigDict(extra="ignore")

    tenant_id: str
    subscription_id: UUID
    days_left: int
    term_end: AwareDatetime


def severity_of(days_left: int) -> Severity:
    """How urgent a notice is, so that a routing rule may be about the last ones alone."""
    if days_left <= 1:
        return Severity.CRITICAL
    if days_left <= 7:
        return Severity.HIGH
    return Severity.MEDIUM if days_left <= 30 else Severity.INFO


def dispatch_ending(event: SubscriptionEnding) -> int:
    """Have everybody told who is to be told; return how many are new."""
    now = clock.now()
    with tenant_session(event.tenant_id) as connection:
        occasion = Occasion(
            event=NoticeEvent.SUBSCRIPTION_ENDING,
            severity=severity_of(event.days_left),
            alert_type=NOTICE_TYPE,
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
        common = {
            "alert_id": None,
            "subscription_id": event.subscription_id,
            "fingerprint": f"SUBSCRIPTION:{event.subscription_id}",
            "group_id": None,
            "event": NoticeEvent.SUBSCRIPTION_ENDING.value,
            "step": event.days_left,
            "level": None,
            "happened_at": event.term_end - timedelta(days=event.days_left),
            "happened_by": "system",
        }
        due = job_store.insert_jobs(connection, event.tenant_id, jobs, common=common, now=now)
    enqueue([JobKey(event.tenant_id, job_id) for job_id in due])
    return len(due)


def judge_ending(connection: Connection, job: JobRow) -> tuple[Decision, Notice | None]:
    """Whether a subscription's notice is still to be sent, judged right before it is; and what it says."""
    ending = read_ending(connection, job["tenant_id"], job["subscription_id"])
    if ending is None:
        return Decision(Verb.CANCEL, "the subscription is gone"), None
    reason = ending.reason_not_to_tell(days=job["step"], noticed_at=job["happened_at"])
    if reason is not None:
        return Decision(Verb.CANCEL, reason), None
    return Decision(Verb.SEND), _notice_of(job, ending)


def _notice_of(job: JobRow, ending: Ending) -> Notice:
    days = job["step"]
    return Notice(
        notice_id=job["job_id"],
        event=NoticeEvent.SUBSCRIPTION_ENDING,
        tenant_id=job["tenant_id"],
        alert_id=None,
        subscription_id=ending.subscription_id,
        alert_type=NOTICE_TYPE,
        severity=severity_of(days),
        status=ending.status.value,
        device_id=None,
        site_id=None,
        summary=f"{ending.name} ends in {days} day{'s' if days > 1 else ''}, on {ending.term_end:%Y-%m-%d %H:%M} UTC",
        details={"name": ending.name, "days_left": days, "term_end": format_instant(ending.term_end)},
        opened_at=job["happened_at"],
        time=job["happened_at"],
        by=job["happened_by"],
    )


def _job(target: str, channel_id: UUID | None, kind: str, reason: str) -> NewJob:
    return NewJob(target, channel_id, kind, reason, JobStatus.PENDING, None)
