"""What a try to send has led to: its record, the job's state, the channel's health, and a line in the alert's story."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from pulse import clock
from pulse.alerts.timeline import TimelineEntry, append_timeline
from pulse.database import Connection, tenant_session
from pulse.events.outbox import Event, add_events
from pulse.notifications import channel_store, job_store
from pulse.notifications.channel_store import ChannelRow
from pulse.notifications.channels.kind import Sent
from pulse.notifications.job import JobStatus
from pulse.notifications.job_store import JobKey, JobRow
from pulse.operations.audit import record_change
from pulse.outbound.errors import OutboundError

FAILURES_THAT_DISABLE: Final = 50
_ACTOR: Final = "system"


class Failure(NamedTuple):
    """A try that failed; `delay` until the next one, None when there is none."""

    error: OutboundError
    delay: timedelta | None


type Result = Sent | Failure


def record(job: JobRow, receiver: str, result: Result, *, started_at: datetime, latency_milliseconds: int) -> JobStatus:
    """Record a try of a job that the caller has claimed; return what the job is now."""
    key = JobKey(job["tenant_id"], job["job_id"])
    now = clock.now()
    number = job["attempts"] + 1
    attempt = {
        "number": number,
        "started_at": started_at,
        "latency_milliseconds": latency_milliseconds,
        **_attempt(result),
    }
    with tenant_session(key.tenant_id) as connection:
        job_store.insert_attempt(connection, key, attempt)
        if job["alert_id"] is not None:
            append_timeline(connection, [_line(job, receiver, attempt, now)])
        match result:
            case Sent():
                job_store.finish(connection, key, JobStatus.SENT, outcome="taken", now=now, reference=result.reference)
                if job["channel_id"] is not None:
                    channel_store.note_sent(connection, key.tenant_id, job["channel_id"], now=now)
                return JobStatus.SENT
            case Failure(error, None):
                reason = error.message if error.permanent else f"given up after {number} attempts: {error.message}"
                job_store.finish(connection, key, JobStatus.FAILED, outcome=reason, now=now)
                _note_failure(connection, job, error, now)
                return JobStatus.FAILED
            case Failure(error, delay):
                assert delay is not None
                job_store.put_off(connection, key, due_at=now + delay, outcome=error.message)
                _note_failure(connection, job, error, now)
                return JobStatus.PENDING


def record_test(
    connection: Connection,
    channel: ChannelRow,
    job_id: UUID,
    result: Result,
    *,
    by: str,
    started_at: datetime,
    latency_milliseconds: int,
) -> dict[str, Any]:
    """Record a test of a channel; return the attempt that it was. Who tests sees what fails: no failure is counted."""
    tenant_id, channel_id, now = channel["tenant_id"], channel["channel_id"], clock.now()
    attempt = {
        "number": 1,
        "started_at": started_at,
        "latency_milliseconds": latency_milliseconds,
        **_attempt(result),
    }
    is_sent = isinstance(result, Sent)
    test = {
        "job_id": job_id,
        "channel_id": channel_id,
        "kind": channel["kind"],
        "by": by,
        "status": (JobStatus.SENT if is_sent else JobStatus.FAILED).value,
        "outcome": "taken" if is_sent else attempt["error"],
        "started_at": started_at,
        "now": now,
    }
    job_store.insert_test(connection, tenant_id, test)
    job_store.insert_attempt(connection, JobKey(tenant_id, job_id), attempt)
    if is_sent:
        channel_store.note_sent(connection, tenant_id, channel_id, now=now)
    return attempt


def _attempt(result: Result) -> dict[str, Any]:
    if isinstance(result, Sent):
        return {"outcome": "SENT", "status_code": result.status, "error": None, "answer": result.answer}
    error = result.error
    return {
        "outcome": "PERMANENT" if error.permanent else "TEMPORARY",
        "status_code": error.status,
        "error": error.message,
        "answer": error.answer,
    }


def _line(job: JobRow, receiver: str, attempt: dict[str, Any], now: datetime) -> TimelineEntry:
    event = "notified" if attempt["outcome"] == "SENT" else "notification_failed"
    detail = {
        "event": job["event"],
        "kind": job["kind"],
        "receiver": receiver,
        "reason": job["reason"],
        "job_id": str(job["job_id"]),
        "attempt": attempt["number"],
        "status_code": attempt["status_code"],
        "error": attempt["error"],
    }
    return TimelineEntry(job["tenant_id"], job["alert_id"], now, event, _ACTOR, detail)


def _note_failure(connection: Connection, job: JobRow, error: OutboundError, now: datetime) -> None:
    """Count a failure; a channel that does nothing but fail for good is disabled, and people are told."""
    tenant_id, channel_id = job["tenant_id"], job["channel_id"]
    if channel_id is None:
        return
    failures = channel_store.note_failed(
        connection, tenant_id, channel_id, error=error.message, for_good=error.permanent, now=now
    )
    if not error.permanent or failures < FAILURES_THAT_DISABLE:
        return
    reason = f"{failures} deliveries in a row failed for good, the last one with: {error.message}"
    if channel_store.disable_channel(connection, tenant_id, channel_id, reason=reason):
        record_change(
            connection,
            actor=_ACTOR,
            tenant_id=tenant_id,
            action="notification_channel.disable",
            subject=str(channel_id),
            before={"enabled": True},
            after={"enabled": False, "disabled_reason": reason},
        )
        add_events(
            connection,
            [
                Event(
                    tenant_id,
                    "notification.channel_disabled",
                    {"channel_id": str(channel_id), "kind": job["kind"], "reason": reason},
                )
            ],
        )
