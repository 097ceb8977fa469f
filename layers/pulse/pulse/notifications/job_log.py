"""The delivery log: what was sent to whom, what became of it, and sending what was given up again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from pulse import clock
from pulse.alerts.inbox.briefs import briefs_of
from pulse.database import Connection, tenant_session
from pulse.errors import ConflictError, NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.notifications.channel_store import read_channel
from pulse.notifications.job import (
    Attempt,
    JobFilter,
    JobList,
    JobPosition,
    JobStatus,
    ListedJob,
    NotificationJob,
    NotificationJobDetail,
)
from pulse.notifications.job_store import JobKey
from pulse.notifications.notice import NoticeEvent
from pulse.notifications.queue import enqueue
from pulse.operations.audit import record_change

MOST_AT_ONCE: Final = 200
_COLUMNS: Final = sql.SQL("""
    job_id, alert_id, subscription_id, event, step, level, target, channel_id, kind, reason, happened_at, status,
    attempts, due_at, outcome, created_at, finished_at
""")
_MATCHING: Final = sql.SQL("""
    FROM notification_jobs
    WHERE tenant_id = %(tenant_id)s
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(event)s::text IS NULL OR event = %(event)s)
      AND (%(kind)s::text IS NULL OR kind = %(kind)s)
      AND (%(channel_id)s::uuid IS NULL OR channel_id = %(channel_id)s)
      AND (%(alert_id)s::uuid IS NULL OR alert_id = %(alert_id)s)
      AND (%(subscription_id)s::uuid IS NULL OR subscription_id = %(subscription_id)s)
      AND (%(start)s::timestamptz IS NULL OR created_at >= %(start)s)
      AND (%(end)s::timestamptz IS NULL OR created_at < %(end)s)
""")


def list_jobs(tenant_id: str, wanted: JobFilter, *, limit: int, after: JobPosition | None) -> JobList:
    """A page of the log, newest first."""
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            sql.SQL("""
                SELECT {columns} {matching}
                  AND (%(after_created_at)s::timestamptz IS NULL
                       OR (created_at, job_id) < (%(after_created_at)s, %(after_job_id)s))
                ORDER BY created_at DESC, job_id DESC
                LIMIT %(limit)s
            """).format(columns=_COLUMNS, matching=_MATCHING),
            {
                "tenant_id": tenant_id,
                **wanted._asdict(),
                "after_created_at": after.created_at if after else None,
                "after_job_id": after.job_id if after else None,
                "limit": limit + 1,
            },
        ).fetchall()
        briefs = briefs_of(connection, tenant_id, {row["alert_id"] for row in rows})
    jobs = [ListedJob.model_validate({**row, "alert": briefs.get(row["alert_id"])}) for row in rows[:limit]]
    position = JobPosition(jobs[-1].created_at, jobs[-1].job_id) if len(rows) > limit else None
    return JobList(jobs, position)


def get_job(tenant_id: str, job_id: UUID) -> NotificationJobDetail:
    """One job with every try. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        job = _one(connection, tenant_id, job_id)
        rows = connection.execute(
            """
            SELECT number, started_at, latency_milliseconds, outcome, status_code, error, answer
            FROM notification_attempts
            WHERE tenant_id = %(tenant_id)s AND job_id = %(job_id)s
            ORDER BY attempt_id
            """,
            {"tenant_id": tenant_id, "job_id": job_id},
        ).fetchall()
        briefs = briefs_of(connection, tenant_id, {job["alert_id"]})
    tries = [Attempt.model_validate(row) for row in rows]
    return NotificationJobDetail(**job, alert=briefs.get(job["alert_id"]), tries=tries)


def replay_job(actor: Principal, job_id: UUID, *, origin: Origin) -> NotificationJob:
    """Send a job that was given up again, with all of its retries; one that is on its way already stays as it is.

    Raises NotPermittedError, NotFoundError, and ConflictError for a test and one that was sent or has become pointless.
    """
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    with tenant_session(tenant_id) as connection:
        job = NotificationJob.model_validate(_one(connection, tenant_id, job_id, lock=True))
        if job.event is NoticeEvent.TEST:
            message = "this job is a test of the channel; test the channel again"
            raise ConflictError(message)
        if job.status not in (JobStatus.FAILED, JobStatus.PENDING):
            message = f"this job is {job.status}; only what was given up can be sent again"
            raise ConflictError(message)
        if job.status is JobStatus.PENDING:
            return job
        _revive(connection, tenant_id, [job_id], now=clock.now())
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="notification_job.replay",
            subject=str(job_id),
            before={"status": job.status.value},
            after={"status": JobStatus.PENDING.value},
        )
        after = NotificationJob.model_validate(_one(connection, tenant_id, job_id))
    enqueue([JobKey(tenant_id, job_id)])
    return after


def replay_channel(actor: Principal, channel_id: UUID, *, origin: Origin) -> int:
    """Send what a channel has given up again, the oldest 200 first; return how many these are.

    Raises NotPermittedError, NotFoundError.
    """
    tenant_id = actor.require(Permission.MANAGE_NOTIFICATIONS)
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            """
            SELECT job_id
            FROM notification_jobs
            WHERE tenant_id = %(tenant_id)s AND channel_id = %(channel_id)s AND status = 'FAILED'
              AND event <> 'test'
            ORDER BY created_at
            LIMIT %(limit)s
            FOR UPDATE
            """,
            {"tenant_id": tenant_id, "channel_id": channel_id, "limit": MOST_AT_ONCE},
        ).fetchall()
        job_ids = [row["job_id"] for row in rows]
        if not job_ids:
            read_channel(connection, tenant_id, channel_id)  # or there is no such channel
        else:
            _revive(connection, tenant_id, job_ids, now=clock.now())
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="notification_channel.replay",
                subject=str(channel_id),
                after={"jobs": len(job_ids)},
            )
    enqueue([JobKey(tenant_id, job_id) for job_id in job_ids])
    return len(job_ids)


def _revive(connection: Connection, tenant_id: str, job_ids: list[UUID], *, now: datetime) -> None:
    connection.execute(
        """
        UPDATE notification_jobs
        SET status = 'PENDING', due_at = %(now)s, finished_at = NULL, attempts_before_replay = attempts
        WHERE tenant_id = %(tenant_id)s AND job_id = ANY(%(job_ids)s)
        """,
        {"tenant_id": tenant_id, "job_ids": job_ids, "now": now},
    )


def _one(connection: Connection, tenant_id: str, job_id: UUID, *, lock: bool = False) -> Mapping[str, Any]:
    row = connection.execute(
        sql.SQL(
            "SELECT {columns} FROM notification_jobs WHERE tenant_id = %(tenant_id)s AND job_id = %(job_id)s {lock}"
        ).format(columns=_COLUMNS, lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "job_id": job_id},
    ).fetchone()
    if row is None:
        message = f"there is no notification job {job_id}"
        raise NotFoundError(message)
    return row
