"""What the notifications of all tenants come to, for those who look after the installation."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from psycopg import sql

from pulse.database import Connection
from pulse.database.given_up import GivenUp, read_given_up

_ENOUGH_ATTEMPTS: Final = 5
"""Of fewer the share that failed says nothing: one receiver that is away would be all of them."""


class Waiting(NamedTuple):
    """Notifications that are not sent yet, and for how long the most overdue of them has been due."""

    jobs: int
    overdue: timedelta


def count_attempts(connection: Connection, *, start: datetime, end: datetime) -> dict[str, int]:
    """Attempts from `start` until before `end`, by outcome; SENT, TEMPORARY and PERMANENT are all there.

    Tests of channels are none: who makes one sees what fails.
    """
    rows = connection.execute(
        """
        SELECT attempt.outcome, count(*) AS attempts
        FROM notification_attempts AS attempt JOIN notification_jobs AS job USING (tenant_id, job_id)
        WHERE started_at >= %(start)s AND started_at < %(end)s AND job.event <> 'test'
        GROUP BY attempt.outcome
        """,
        {"start": start, "end": end},
    )
    return {"SENT": 0, "TEMPORARY": 0, "PERMANENT": 0} | {row["outcome"]: row["attempts"] for row in rows}


def share_failed(attempts: Mapping[str, int]) -> float | None:
    """Share of the attempts, which are counted by outcome, that failed, 0 to 1; None of too few."""
    total = sum(attempts.values())
    return 1 - attempts.get("SENT", 0) / total if total >= _ENOUGH_ATTEMPTS else None


def count_waiting_jobs(connection: Connection, now: datetime) -> Waiting:
    """Jobs that are due or will be."""
    row = connection.execute(
        """
        SELECT count(*) AS jobs, greatest(%(now)s - min(due_at), '0'::interval) AS overdue
        FROM notification_jobs
        WHERE status = 'PENDING'
        """,
        {"now": now},
    ).fetchone()
    assert row is not None
    return Waiting(row["jobs"], row["overdue"] or timedelta(0))


def sent_by_tenant(connection: Connection, *, start: datetime, end: datetime) -> dict[str, int]:
    """Notifications sent from `start` until before `end`, by tenant; who was sent none is not there."""
    rows = connection.execute(
        """
        SELECT tenant_id, count(*) AS sent
        FROM notification_attempts
        WHERE started_at >= %(start)s AND started_at < %(end)s AND outcome = 'SENT'
        GROUP BY tenant_id
        """,
        {"start": start, "end": end},
    )
    return {row["tenant_id"]: row["sent"] for row in rows}


def recently_failed(connection: Connection, *, since: datetime, until: datetime, limit: int) -> list[GivenUp]:
    """Those of all tenants that were given up in a time, newest first; tests of channels are none."""
    only = sql.SQL("event <> 'test'")
    return read_given_up(connection, "notification_jobs", "job_id", since=since, until=until, limit=limit, only=only)
