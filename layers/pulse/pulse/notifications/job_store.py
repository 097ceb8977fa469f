"""Notification jobs in the database. The table is the truth; the queue only says that there is something to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.notifications.decision import Announcement
from pulse.notifications.job import JobStatus
from pulse.notifications.notice import CALLS, NoticeEvent
from pulse.notifications.sparing import OTHERS_HAVE, StandIn, have_others_stand_in

type JobRow = dict[str, Any]


class JobKey(NamedTuple):
    """Which job of which tenant."""

    tenant_id: str
    job_id: UUID


class NewJob(NamedTuple):
    """A receiver that is to be told. `outcome` says why not, of a job that is THROTTLED."""

    target: str
    channel_id: UUID | None
    kind: str
    reason: str
    status: JobStatus
    outcome: str | None


def insert_jobs(
    connection: Connection, tenant_id: str, jobs: Sequence[NewJob], *, common: Mapping[str, Any], now: datetime
) -> list[UUID]:
    """Keep jobs that are not there yet; return the ids of those that are to be sent.

    `common` has alert_id, subscription_id, fingerprint, group_id, event, step, level, happened_at, happened_by.
    """
    rows = connection.execute(
        """
        INSERT INTO notification_jobs (tenant_id, alert_id, subscription_id, fingerprint, group_id, event, step, level,
                                       target, channel_id, kind, reason, happened_at, happened_by, status, due_at,
                                       outcome, created_at, finished_at)
        SELECT %(tenant_id)s, %(alert_id)s, %(subscription_id)s, %(fingerprint)s, %(group_id)s, %(event)s, %(step)s,
               %(level)s, target, channel_id, kind, reason, %(happened_at)s, %(happened_by)s, status,
               CASE WHEN status = 'PENDING' THEN %(now)s::timestamptz END, outcome, %(now)s,
               CASE WHEN status <> 'PENDING' THEN %(now)s::timestamptz END
        FROM jsonb_to_recordset(%(jobs)s) AS wanted (
            target text, channel_id uuid, kind text, reason text, status text, outcome text
        )
        ON CONFLICT DO NOTHING
        RETURNING job_id, status
        """,
        {
            "tenant_id": tenant_id,
            "now": now,
            **common,
            "jobs": Jsonb(
                [
                    {**job._asdict(), "channel_id": str(job.channel_id) if job.channel_id is not None else None}
                    for job in jobs
                ]
            ),
        },
    ).fetchall()
    return [row["job_id"] for row in rows if row["status"] == JobStatus.PENDING]


def insert_test(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> None:
    """Keep a test of a channel, which is over: job_id, channel_id, kind, by, status, outcome, started_at, now."""
    connection.execute(
        """
        INSERT INTO notification_jobs (tenant_id, job_id, fingerprint, event, target, channel_id, kind, reason,
                                       happened_at, happened_by, status, attempts, outcome, created_at, finished_at)
        VALUES (%(tenant_id)s, %(job_id)s, 'TEST:' || %(job_id)s::text, 'test', %(channel_id)s::text, %(channel_id)s,
                %(kind)s, 'test by ' || %(by)s::text, %(started_at)s, %(by)s, %(status)s, 1, %(outcome)s, %(now)s,
                %(now)s)
        """,
        {"tenant_id": tenant_id, **values},
    )


def read_newest_notices(
    connection: Connection, tenant_id: str, subscription_id: UUID, *, kinds: Sequence[str]
) -> list[JobRow]:
    """What each receiver of those kinds was last told of a subscription, of those that were told of its end."""
    return connection.execute(
        """
        SELECT DISTINCT ON (target) *
        FROM notification_jobs
        WHERE tenant_id = %(tenant_id)s AND subscription_id = %(subscription_id)s
          AND event IN ('subscription_ending', 'tenant_deletion') AND status = 'SENT' AND kind = ANY(%(kinds)s)
        ORDER BY target, created_at DESC, step
        """,
        {"tenant_id": tenant_id, "subscription_id": subscription_id, "kinds": list(kinds)},
    ).fetchall()


def cancel_calls(connection: Connection, tenant_id: str, alert_id: UUID, *, reason: str, now: datetime) -> int:
    """Cancel what still calls for somebody because of an alert; what is being sent this moment can't be called back."""
    cancelled = connection.execute(
        """
        WITH pointless AS (
            SELECT job_id, due_at
            FROM notification_jobs
            WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s AND status = 'PENDING'
              AND event = ANY(%(calls)s) AND (claimed_until IS NULL OR claimed_until <= %(now)s)
            FOR UPDATE
        )
        UPDATE notification_jobs AS job
        SET status = 'CANCELLED', due_at = NULL, outcome = %(reason)s, finished_at = %(now)s
        FROM pointless
        WHERE job.tenant_id = %(tenant_id)s AND job.job_id = pointless.job_id
        RETURNING job.group_id, job.target, pointless.due_at
        """,
        {"tenant_id": tenant_id, "alert_id": alert_id, "reason": reason, "now": now, "calls": CALLS},
    ).fetchall()
    have_others_stand_in(connection, tenant_id, [StandIn(**job) for job in cancelled], now=now)
    return len(cancelled)


def find_job(connection: Connection, key: JobKey) -> JobRow | None:
    """One job, if there is such a one."""
    return connection.execute(
        "SELECT * FROM notification_jobs WHERE tenant_id = %(tenant_id)s AND job_id = %(job_id)s", key._asdict()
    ).fetchone()


def lock_due_job(connection: Connection, key: JobKey, *, now: datetime) -> JobRow | None:
    """One job that is due and that nobody is sending, locked until the transaction ends; None for any other."""
    return connection.execute(
        """
        SELECT *
        FROM notification_jobs
        WHERE tenant_id = %(tenant_id)s AND job_id = %(job_id)s AND status = 'PENDING' AND due_at <= %(now)s
          AND (claimed_until IS NULL OR claimed_until <= %(now)s)
        FOR UPDATE SKIP LOCKED
        """,
        {**key._asdict(), "now": now},
    ).fetchone()


def read_announcements(connection: Connection, job: JobRow, *, now: datetime) -> list[Announcement]:
    """The calls of the same receiver to the same alert."""
    rows = connection.execute(
        """
        SELECT status, coalesce(claimed_until > %(now)s, false) AND status = 'PENDING' AS is_being_sent
        FROM notification_jobs
        WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s AND target = %(target)s
          AND event = ANY(%(calls)s)
        """,
        {**_place(job), "now": now, "calls": CALLS},
    )
    return [Announcement(JobStatus(row["status"]), row["is_being_sent"]) for row in rows]


def read_last_reference(connection: Connection, job: JobRow) -> dict[str, str] | None:
    """What the last message to the same receiver about the same alert left to build on."""
    row = connection.execute(
        """
        SELECT reference
        FROM notification_jobs
        WHERE tenant_id = %(tenant_id)s AND alert_id = %(alert_id)s AND target = %(target)s AND reference IS NOT NULL
        ORDER BY finished_at DESC
        LIMIT 1
        """,
        _place(job),
    ).fetchone()
    return None if row is None else row["reference"]


def claim(connection: Connection, key: JobKey, *, until: datetime) -> None:
    """Have a locked job sent by the caller alone until then; it counts as an attempt from now on."""
    connection.execute(
        """
        UPDATE notification_jobs
        SET claimed_until = %(until)s, attempts = attempts + 1
        WHERE tenant_id = %(tenant_id)s AND job_id = %(job_id)s
        """,
        {**key._asdict(), "until": until},
    )


def finish(
    connection: Connection,
    key: JobKey,
    status: JobStatus,
    *,
    outcome: str,
    now: datetime,
    reference: Mapping[str, str] | None = None,
) -> None:
    """End a job, for good or until it is replayed. One that stands for a group no longer has another stand in."""
    ended = connection.execute(
        """
        UPDATE notification_jobs
        SET status = %(status)s, outcome = %(outcome)s, reference = coalesce(%(reference)s, reference),
            finished_at = %(now)s, due_at = NULL, claimed_until = NULL
        WHERE tenant_id = %(tenant_id)s AND job_id = %(job_id)s
        RETURNING event, group_id, target
        """,
        {
            **key._asdict(),
            "status": status.value,
            "outcome": outcome,
            "reference": None if reference is None else Jsonb(dict(reference)),
            "now": now,
        },
    ).fetchall()
    for job in ended:
        if (due_at := _others_due_at(NoticeEvent(job["event"]), status, now)) is not None:
            stand_in = StandIn(job["group_id"], job["target"], due_at)
            have_others_stand_in(connection, key.tenant_id, [stand_in], now=now)


def put_off(connection: Connection, key: JobKey, *, due_at: datetime, outcome: str) -> None:
    """Have a job sent later."""
    connection.execute(
        """
        UPDATE notification_jobs
        SET due_at = %(due_at)s, outcome = %(outcome)s, claimed_until = NULL
        WHERE tenant_id = %(tenant_id)s AND job_id = %(job_id)s
        """,
        {**key._asdict(), "due_at": due_at, "outcome": outcome},
    )


def insert_attempt(connection: Connection, key: JobKey, values: Mapping[str, Any]) -> None:
    """Note a try: number, started_at, latency_milliseconds, outcome, status_code, error, answer."""
    connection.execute(
        """
        INSERT INTO notification_attempts (tenant_id, job_id, number, started_at, latency_milliseconds, outcome,
                                           status_code, error, answer)
        VALUES (%(tenant_id)s, %(job_id)s, %(number)s, %(started_at)s, %(latency_milliseconds)s, %(outcome)s,
                %(status_code)s, %(error)s, %(answer)s)
        """,
        {**key._asdict(), **values},
    )


def find_overdue(connection: Connection, *, now: datetime, grace: timedelta, limit: int) -> list[JobKey]:
    """Jobs of all tenants that should be on their way for a while and that nobody is sending, the oldest first."""
    rows = connection.execute(
        """
        SELECT tenant_id, job_id
        FROM notification_jobs
        WHERE status = 'PENDING' AND due_at <= %(before)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)
        ORDER BY due_at
        LIMIT %(limit)s
        """,
        {"before": now - grace, "now": now, "limit": limit},
    )
    return [JobKey(row["tenant_id"], row["job_id"]) for row in rows]


def _others_due_at(event: NoticeEvent, status: JobStatus, now: datetime) -> datetime | None:
    """When others of a group are to be told of because a job has ended; None when they are not.

    At once after a call that was not sent. After the end of what was told, once the others had time to be back as well.
    """
    if event.calls_for_somebody:
        return now if status in (JobStatus.CANCELLED, JobStatus.FAILED) else None
    return now + OTHERS_HAVE if event is NoticeEvent.CLOSED and status is JobStatus.SENT else None


def _place(job: JobRow) -> dict[str, Any]:
    return {name: job[name] for name in ("tenant_id", "alert_id", "target")}
