"""Digests and their runs in the database."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from pulse.database import Connection
from pulse.digests.digest import Digest, DigestRun, DigestWish, RunStatus
from pulse.digests.plan import Period

_KEPT: Final = timedelta(days=180)


class Claimed(NamedTuple):
    """A run that the caller alone sends; `attempts` counts this one."""

    tenant_id: str
    period: Period
    attempts: int


def read_digest(connection: Connection, tenant_id: str) -> Digest:
    """A tenant's digest; one that nobody has touched is off."""
    row = connection.execute(
        """
        SELECT enabled, cadence, weekday, hour, timezone, recipients, next_at, version
        FROM digests
        WHERE tenant_id = %(tenant_id)s
        """,
        {"tenant_id": tenant_id},
    ).fetchone()
    run = connection.execute(
        """
        SELECT period_start, period_end, status, attempts, finished_at, outcome
        FROM digest_runs
        WHERE tenant_id = %(tenant_id)s
        ORDER BY period_end DESC
        LIMIT 1
        """,
        {"tenant_id": tenant_id},
    ).fetchone()
    last_run = None if run is None else DigestRun.model_validate(run)
    if row is None:
        return Digest(version=1, next_at=None, last_run=last_run)
    return Digest.model_validate({**row, "last_run": last_run})


def lock_digest(connection: Connection, tenant_id: str) -> Digest:
    """The same, locked until the transaction ends, with a row of its own from now on."""
    connection.execute(
        "INSERT INTO digests (tenant_id) VALUES (%(tenant_id)s) ON CONFLICT DO NOTHING", {"tenant_id": tenant_id}
    )
    connection.execute("SELECT FROM digests WHERE tenant_id = %(tenant_id)s FOR UPDATE", {"tenant_id": tenant_id})
    return read_digest(connection, tenant_id)


def write_digest(connection: Connection, tenant_id: str, wish: DigestWish, *, next_at: datetime | None) -> None:
    """Write what people say of a locked digest."""
    connection.execute(
        """
        UPDATE digests
        SET enabled = %(enabled)s, cadence = %(cadence)s, weekday = %(weekday)s, hour = %(hour)s,
            timezone = %(timezone)s, recipients = %(recipients)s, next_at = %(next_at)s, updated_at = now(),
            version = version + 1
        WHERE tenant_id = %(tenant_id)s
        """,
        {
            **wish.model_dump(mode="json", include=set(DigestWish.model_fields)),
            "tenant_id": tenant_id,
            "next_at": next_at,
        },
    )


def lock_due_digests(connection: Connection, now: datetime, *, limit: int) -> dict[str, DigestWish]:
    """Digests whose period has ended, locked until the transaction ends, by tenant."""
    rows = connection.execute(
        """
        SELECT tenant_id, enabled, cadence, weekday, hour, timezone, recipients
        FROM digests
        WHERE next_at <= %(now)s
        ORDER BY next_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        {"now": now, "limit": limit},
    )
    return {row["tenant_id"]: DigestWish.model_validate(row) for row in rows}


def begin_run(connection: Connection, tenant_id: str, period: Period, *, next_at: datetime, now: datetime) -> None:
    """Have a period's digest sent, once however often it is begun; runs of half a year ago are forgotten."""
    parameters = {"tenant_id": tenant_id, "start": period.start, "end": period.end, "now": now, "next_at": next_at}
    connection.execute(
        """
        INSERT INTO digest_runs (tenant_id, period_start, period_end, due_at)
        VALUES (%(tenant_id)s, %(start)s, %(end)s, %(now)s)
        ON CONFLICT DO NOTHING
        """,
        parameters,
    )
    connection.execute("UPDATE digests SET next_at = %(next_at)s WHERE tenant_id = %(tenant_id)s", parameters)
    connection.execute(
        "DELETE FROM digest_runs WHERE tenant_id = %(tenant_id)s AND period_end < %(before)s AND status <> 'PENDING'",
        {"tenant_id": tenant_id, "before": now - _KEPT},
    )


def claim_run(connection: Connection, now: datetime, *, until: datetime) -> Claimed | None:
    """Take a run that is due and that nobody is sending; the claim counts as an attempt."""
    row = connection.execute(
        """
        UPDATE digest_runs
        SET claimed_until = %(until)s, attempts = attempts + 1
        WHERE (tenant_id, period_end) IN (
            SELECT tenant_id, period_end
            FROM digest_runs
            WHERE due_at <= %(now)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)
            ORDER BY due_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING tenant_id, period_start, period_end, attempts
        """,
        {"now": now, "until": until},
    ).fetchone()
    if row is None:
        return None
    return Claimed(row["tenant_id"], Period(row["period_start"], row["period_end"]), row["attempts"])


def finish_run(connection: Connection, run: Claimed, status: RunStatus, *, outcome: str | None, now: datetime) -> None:
    """Note how a claimed run has ended."""
    connection.execute(
        """
        UPDATE digest_runs
        SET status = %(status)s, due_at = NULL, claimed_until = NULL, finished_at = %(now)s, outcome = %(outcome)s
        WHERE tenant_id = %(tenant_id)s AND period_end = %(period_end)s
        """,
        {**_key(run), "status": status.value, "now": now, "outcome": outcome},
    )


def put_off_run(connection: Connection, run: Claimed, *, due_at: datetime, outcome: str | None) -> None:
    """Have a claimed run tried again."""
    connection.execute(
        """
        UPDATE digest_runs
        SET due_at = %(due_at)s, claimed_until = NULL, outcome = %(outcome)s
        WHERE tenant_id = %(tenant_id)s AND period_end = %(period_end)s
        """,
        {**_key(run), "due_at": due_at, "outcome": outcome},
    )


def _key(run: Claimed) -> dict[str, Any]:
    return {"tenant_id": run.tenant_id, "period_end": run.period.end}
