"""Reports and their schedules in the database."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import AwareDatetime

from pulse.database import Connection, ingest_session
from pulse.database.given_up import GivenUp, read_given_up
from pulse.errors import NotFoundError
from pulse.reports.availability import Interval
from pulse.reports.plan import ReportCadence
from pulse.reports.report import ReportRun, ReportRunDetail, ReportSchedule, ReportStatus, ScheduleWish, SlaSummary

_KEPT: Final = timedelta(days=180)
_BY_SCHEDULE: Final = "schedule"
# The table is older than the name: files of its migrations may run again and ask for the column as it was.
_COLUMNS: Final = sql.SQL("""
    run_id AS report_id, cadence, requested_by, period_start, period_end, status, recipients, attempts, outcome,
    created_at, finished_at
""")


class RunPosition(NamedTuple):
    """A place in the list of reports, which has the newest first."""

    created_at: AwareDatetime
    report_id: UUID


class Claimed(NamedTuple):
    """A report that the caller alone makes; `attempts` counts this one."""

    tenant_id: str
    report_id: UUID
    cadence: ReportCadence
    period: Interval
    recipients: list[str]
    attempts: int


class FailedRun(NamedTuple):
    """A report that came by itself and was given up."""

    cadence: ReportCadence
    period_end: datetime
    outcome: str


class DueSchedule(NamedTuple):
    """A schedule of which a period has ended."""

    tenant_id: str
    wish: ScheduleWish
    wanted_since: datetime


def read_schedule(connection: Connection, tenant_id: str) -> ReportSchedule:
    """A tenant's schedule; one that nobody has touched is off."""
    row = connection.execute(
        """
        SELECT cadences, hour, timezone, recipients, due_at, version
        FROM report_schedules
        WHERE tenant_id = %(tenant_id)s
        """,
        {"tenant_id": tenant_id},
    ).fetchone()
    return ReportSchedule(version=1, due_at=None) if row is None else ReportSchedule.model_validate(row)


def lock_schedule(connection: Connection, tenant_id: str) -> ReportSchedule:
    """The same, locked until the transaction ends, with a row of its own from now on."""
    key = {"tenant_id": tenant_id}
    connection.execute("INSERT INTO report_schedules (tenant_id) VALUES (%(tenant_id)s) ON CONFLICT DO NOTHING", key)
    connection.execute("SELECT FROM report_schedules WHERE tenant_id = %(tenant_id)s FOR UPDATE", key)
    return read_schedule(connection, tenant_id)


def write_schedule(
    connection: Connection, tenant_id: str, wish: ScheduleWish, *, due_at: datetime | None, now: datetime
) -> None:
    """Write what people say of a locked schedule."""
    connection.execute(
        """
        UPDATE report_schedules
        SET cadences = %(cadences)s, hour = %(hour)s, timezone = %(timezone)s, recipients = %(recipients)s,
            due_at = %(due_at)s, wanted_since = %(now)s, updated_at = now(), version = version + 1
        WHERE tenant_id = %(tenant_id)s
        """,
        {
            **wish.model_dump(mode="json", include=set(ScheduleWish.model_fields)),
            "tenant_id": tenant_id,
            "due_at": due_at,
            "now": now,
        },
    )


def lock_due_schedules(connection: Connection, now: datetime, *, limit: int) -> list[DueSchedule]:
    """Schedules of which a period has ended, locked until the transaction ends."""
    rows = connection.execute(
        """
        SELECT tenant_id, cadences, hour, timezone, recipients, wanted_since
        FROM report_schedules
        WHERE due_at <= %(now)s
        ORDER BY due_at
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        {"now": now, "limit": limit},
    )
    return [DueSchedule(row["tenant_id"], ScheduleWish.model_validate(row), row["wanted_since"]) for row in rows]


def begin_run(
    connection: Connection,
    tenant_id: str,
    cadence: ReportCadence,
    period: Interval,
    *,
    recipients: list[str],
    now: datetime,
) -> None:
    """Have a period's report made, once however often it is begun."""
    connection.execute(
        """
        INSERT INTO report_runs (tenant_id, cadence, requested_by, period_start, period_end, status, recipients,
                                 due_at, created_at)
        VALUES (%(tenant_id)s, %(cadence)s, %(by)s, %(start)s, %(end)s, 'PENDING', %(recipients)s, %(now)s, %(now)s)
        ON CONFLICT DO NOTHING
        """,
        {
            "tenant_id": tenant_id,
            "cadence": cadence.value,
            "by": _BY_SCHEDULE,
            "start": period.start,
            "end": period.end,
            "recipients": recipients,
            "now": now,
        },
    )


def set_due(connection: Connection, tenant_id: str, due_at: datetime | None) -> None:
    """Note when a locked schedule is due next."""
    connection.execute(
        "UPDATE report_schedules SET due_at = %(due_at)s WHERE tenant_id = %(tenant_id)s",
        {"tenant_id": tenant_id, "due_at": due_at},
    )


def insert_done(
    connection: Connection, tenant_id: str, result: SlaSummary, *, requested_by: str, now: datetime
) -> UUID:
    """Keep a report that somebody asked for."""
    row = connection.execute(
        """
        INSERT INTO report_runs (tenant_id, requested_by, period_start, period_end, status, attempts, result,
                                 created_at, finished_at)
        VALUES (%(tenant_id)s, %(requested_by)s, %(start)s, %(end)s, 'DONE', 1, %(result)s, %(now)s, %(now)s)
        RETURNING run_id AS report_id
        """,
        {
            "tenant_id": tenant_id,
            "requested_by": requested_by,
            "start": result.start,
            "end": result.end,
            "result": Jsonb(result.model_dump(mode="json")),
            "now": now,
        },
    ).fetchone()
    assert row is not None
    report_id: UUID = row["report_id"]
    return report_id


def claim_run(connection: Connection, now: datetime, *, until: datetime) -> Claimed | None:
    """Take a report that is due and that nobody is making; the claim counts as an attempt."""
    row = connection.execute(
        """
        UPDATE report_runs
        SET claimed_until = %(until)s, attempts = attempts + 1
        WHERE (tenant_id, run_id) IN (
            SELECT tenant_id, run_id
            FROM report_runs
            WHERE due_at <= %(now)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)
            ORDER BY due_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING tenant_id, run_id AS report_id, cadence, period_start, period_end, recipients, attempts
        """,
        {"now": now, "until": until},
    ).fetchone()
    if row is None:
        return None
    period = Interval(row["period_start"], row["period_end"])
    return Claimed(
        row["tenant_id"], row["report_id"], ReportCadence(row["cadence"]), period, row["recipients"], row["attempts"]
    )


def read_failed_runs(connection: Connection, tenant_id: str, period: Interval) -> list[FailedRun]:
    """The scheduled reports that were given up in a period, the oldest first."""
    rows = connection.execute(
        """
        SELECT cadence, period_end, coalesce(outcome, '') AS outcome
        FROM report_runs
        WHERE tenant_id = %(tenant_id)s AND status = 'FAILED' AND cadence IS NOT NULL
          AND finished_at >= %(start)s AND finished_at < %(end)s
        ORDER BY finished_at, run_id
        """,
        {"tenant_id": tenant_id, "start": period.start, "end": period.end},
    )
    return [FailedRun(ReportCadence(row["cadence"]), row["period_end"], row["outcome"]) for row in rows]


def lock_run(connection: Connection, tenant_id: str, report_id: UUID) -> ReportRun:
    """One report, locked until the transaction ends. Raises NotFoundError."""
    run = find_run(connection, tenant_id, report_id)
    connection.execute(
        "SELECT FROM report_runs WHERE tenant_id = %(tenant_id)s AND run_id = %(report_id)s FOR UPDATE",
        {"tenant_id": tenant_id, "report_id": report_id},
    )
    return run if run.status is not ReportStatus.PENDING else find_run(connection, tenant_id, report_id)


def cancel_run(connection: Connection, tenant_id: str, report_id: UUID, *, outcome: str, now: datetime) -> None:
    """Have a locked report neither made nor sent; one that is being made this moment is thrown away."""
    connection.execute(
        """
        UPDATE report_runs
        SET status = 'CANCELLED', due_at = NULL, claimed_until = NULL, finished_at = %(now)s, outcome = %(outcome)s
        WHERE tenant_id = %(tenant_id)s AND run_id = %(report_id)s
        """,
        {"tenant_id": tenant_id, "report_id": report_id, "outcome": outcome, "now": now},
    )


def is_wanted(connection: Connection, run: Claimed) -> bool:
    """Whether nobody has cancelled a claimed report meanwhile."""
    row = connection.execute(
        "SELECT status FROM report_runs WHERE tenant_id = %(tenant_id)s AND run_id = %(report_id)s",
        {"tenant_id": run.tenant_id, "report_id": run.report_id},
    ).fetchone()
    return row is not None and row["status"] == ReportStatus.PENDING


def finish_run(
    connection: Connection,
    run: Claimed,
    status: ReportStatus,
    *,
    outcome: str | None,
    result: SlaSummary | None,
    now: datetime,
) -> None:
    """Note how a claimed report has ended, unless it was cancelled meanwhile."""
    connection.execute(
        """
        UPDATE report_runs
        SET status = %(status)s, due_at = NULL, claimed_until = NULL, finished_at = %(now)s, outcome = %(outcome)s,
            result = %(result)s
        WHERE tenant_id = %(tenant_id)s AND run_id = %(report_id)s AND status = 'PENDING'
        """,
        {
            "tenant_id": run.tenant_id,
            "report_id": run.report_id,
            "status": status.value,
            "now": now,
            "outcome": outcome,
            "result": None if result is None else Jsonb(result.model_dump(mode="json")),
        },
    )


def put_off_run(connection: Connection, run: Claimed, *, due_at: datetime, outcome: str) -> None:
    """Have a claimed report tried again, unless it was cancelled meanwhile."""
    connection.execute(
        """
        UPDATE report_runs
        SET due_at = %(due_at)s, claimed_until = NULL, outcome = %(outcome)s
        WHERE tenant_id = %(tenant_id)s AND run_id = %(report_id)s AND status = 'PENDING'
        """,
        {"tenant_id": run.tenant_id, "report_id": run.report_id, "due_at": due_at, "outcome": outcome},
    )


def list_runs(
    connection: Connection, tenant_id: str, *, status: ReportStatus | None, limit: int, after: RunPosition | None
) -> list[ReportRun]:
    """A tenant's reports, newest first, one more than `limit` if there are more."""
    rows = connection.execute(
        sql.SQL("""
            SELECT {} FROM report_runs
            WHERE tenant_id = %(tenant_id)s
              AND (%(status)s::text IS NULL OR status = %(status)s)
              AND (%(after_time)s::timestamptz IS NULL OR (created_at, run_id) < (%(after_time)s, %(after_id)s))
            ORDER BY created_at DESC, run_id DESC
            LIMIT %(limit)s
        """).format(_COLUMNS),
        {
            "tenant_id": tenant_id,
            "status": status.value if status else None,
            "after_time": after.created_at if after else None,
            "after_id": after.report_id if after else None,
            "limit": limit + 1,
        },
    )
    return [ReportRun.model_validate(row) for row in rows]


def find_run(connection: Connection, tenant_id: str, report_id: UUID) -> ReportRunDetail:
    """One report. Raises NotFoundError."""
    row: dict[str, Any] | None = connection.execute(
        sql.SQL("SELECT {}, result FROM report_runs WHERE tenant_id = %(tenant_id)s AND run_id = %(report_id)s").format(
            _COLUMNS
        ),
        {"tenant_id": tenant_id, "report_id": report_id},
    ).fetchone()
    if row is None:
        message = f"there is no report {report_id}"
        raise NotFoundError(message)
    return ReportRunDetail.model_validate(row)


def forget_reports(now: datetime) -> int:
    """Delete finished reports of half a year ago; return how many went."""
    with ingest_session() as connection:
        return connection.execute(
            "DELETE FROM report_runs WHERE created_at < %(before)s AND status <> 'PENDING'", {"before": now - _KEPT}
        ).rowcount


def recently_failed(connection: Connection, *, since: datetime, until: datetime, limit: int) -> list[GivenUp]:
    """Those of all tenants that were given up in a time, newest first."""
    return read_given_up(connection, "report_runs", "run_id", since=since, until=until, limit=limit)
