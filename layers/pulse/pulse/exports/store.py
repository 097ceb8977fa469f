"""Exports in the database."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import AwareDatetime

from pulse.database import Connection, ingest_session
from pulse.database.given_up import GivenUp, read_given_up
from pulse.errors import NotFoundError
from pulse.exports.export import Dataset, Export, ExportStatus, ExportWish, Format

_KEPT: Final = timedelta(days=180)
_COLUMNS: Final = sql.SQL("""
    export_id, dataset, format, period_start, period_end, site_id, device_id, dataset_status, tags, group_id, status,
    progress, row_count, byte_count, attempts, outcome, requested_by, at_once, created_at, finished_at,
    expires_at
""")


class ExportPosition(NamedTuple):
    """A place in the list of exports, which has the newest first."""

    created_at: AwareDatetime
    export_id: UUID


class Claimed(NamedTuple):
    """An export that the caller alone makes; `attempts` counts this one."""

    tenant_id: str
    export_id: UUID
    wish: ExportWish
    attempts: int
    requested_by: str


def insert_export(
    connection: Connection, tenant_id: str, wish: ExportWish, *, requested_by: str, now: datetime
) -> Export:
    """Enter a wish."""
    row = connection.execute(
        sql.SQL("""
            INSERT INTO exports (tenant_id, dataset, format, period_start, period_end, site_id, device_id,
                                 dataset_status, tags, group_id, requested_by, created_at)
            VALUES (%(tenant_id)s, %(dataset)s, %(format)s, %(period_start)s, %(period_end)s, %(site_id)s,
                    %(device_id)s, %(dataset_status)s, %(tags)s, %(group_id)s, %(requested_by)s, %(now)s)
            RETURNING {}
        """).format(_COLUMNS),
        {**_wished(tenant_id, wish), "requested_by": requested_by, "now": now},
    ).fetchone()
    return Export.model_validate(row)


def insert_download(
    connection: Connection,
    tenant_id: str,
    wish: ExportWish,
    *,
    row_count: int,
    byte_count: int,
    requested_by: str,
    now: datetime,
) -> UUID:
    """Enter what was handed over at once: there is no file to come, and none to fetch."""
    row = connection.execute(
        """
        INSERT INTO exports (tenant_id, dataset, format, period_start, period_end, site_id, device_id, dataset_status,
                             tags, group_id, status, progress, row_count, byte_count, attempts, requested_by, at_once,
                             created_at, finished_at, expires_at)
        VALUES (%(tenant_id)s, %(dataset)s, %(format)s, %(period_start)s, %(period_end)s, %(site_id)s, %(device_id)s,
                %(dataset_status)s, %(tags)s, %(group_id)s, 'DONE', 1, %(row_count)s, %(byte_count)s, 1,
                %(requested_by)s, true, %(now)s, %(now)s, %(now)s)
        RETURNING export_id
        """,
        {
            **_wished(tenant_id, wish),
            "row_count": row_count,
            "byte_count": byte_count,
            "requested_by": requested_by,
            "now": now,
        },
    ).fetchone()
    assert row is not None
    export_id: UUID = row["export_id"]
    return export_id


def count_open_exports(connection: Connection, tenant_id: str) -> int:
    """How many files a tenant waits for; nobody else asks for one until the transaction ends."""
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('exports ' || %(tenant_id)s, 0))", {"tenant_id": tenant_id}
    )
    row = connection.execute(
        "SELECT count(*) AS exports FROM exports WHERE tenant_id = %(tenant_id)s AND finished_at IS NULL",
        {"tenant_id": tenant_id},
    ).fetchone()
    assert row is not None
    return int(row["exports"])


def find_export(connection: Connection, tenant_id: str, export_id: UUID, *, lock: bool = False) -> Export:
    """One export, locked until the transaction ends if it is to be changed. Raises NotFoundError."""
    row = connection.execute(
        sql.SQL("""
            SELECT {} FROM exports WHERE tenant_id = %(tenant_id)s AND export_id = %(export_id)s {}
        """).format(_COLUMNS, sql.SQL("FOR NO KEY UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "export_id": export_id},
    ).fetchone()
    if row is None:
        message = f"there is no export {export_id}"
        raise NotFoundError(message)
    return Export.model_validate(row)


def list_exports(
    connection: Connection,
    tenant_id: str,
    *,
    dataset: Dataset | None,
    status: ExportStatus | None,
    limit: int,
    after: ExportPosition | None,
) -> list[Export]:
    """A tenant's exports, newest first, one more than `limit` if there are more."""
    rows = connection.execute(
        sql.SQL("""
            SELECT {} FROM exports
            WHERE tenant_id = %(tenant_id)s
              AND (%(dataset)s::text IS NULL OR dataset = %(dataset)s)
              AND (%(status)s::text IS NULL OR status = %(status)s)
              AND (%(after_time)s::timestamptz IS NULL OR (created_at, export_id) < (%(after_time)s, %(after_id)s))
            ORDER BY created_at DESC, export_id DESC
            LIMIT %(limit)s
        """).format(_COLUMNS),
        {
            "tenant_id": tenant_id,
            "dataset": dataset.value if dataset else None,
            "status": status.value if status else None,
            "after_time": after.created_at if after else None,
            "after_id": after.export_id if after else None,
            "limit": limit + 1,
        },
    )
    return [Export.model_validate(row) for row in rows]


def cancel_export(connection: Connection, tenant_id: str, export_id: UUID, *, outcome: str, now: datetime) -> Export:
    """Note that nobody wants a locked export any more; whoever is making it notices."""
    row = connection.execute(
        sql.SQL("""
            UPDATE exports
            SET status = 'CANCELLED', finished_at = %(now)s, claimed_until = NULL, outcome = %(outcome)s
            WHERE tenant_id = %(tenant_id)s AND export_id = %(export_id)s
            RETURNING {}
        """).format(_COLUMNS),
        {"tenant_id": tenant_id, "export_id": export_id, "outcome": outcome, "now": now},
    ).fetchone()
    return Export.model_validate(row)


def claim_export(
    connection: Connection, tenant_id: str, export_id: UUID, *, now: datetime, until: datetime
) -> Claimed | None:
    """Take an export to make it, which counts as an attempt; None when it is over, or somebody is making it."""
    row = connection.execute(
        """
        UPDATE exports
        SET status = 'RUNNING', attempts = attempts + 1, claimed_until = %(until)s, progress = 0, row_count = 0,
            byte_count = 0
        WHERE tenant_id = %(tenant_id)s AND export_id = %(export_id)s
          AND (status = 'PENDING' OR status = 'RUNNING' AND claimed_until <= %(now)s)
        RETURNING dataset, format, period_start, period_end, site_id, device_id, dataset_status, tags, group_id,
                  attempts, requested_by
        """,
        {"tenant_id": tenant_id, "export_id": export_id, "now": now, "until": until},
    ).fetchone()
    if row is None:
        return None
    wish = ExportWish(
        Dataset(row["dataset"]),
        Format(row["format"]),
        row["period_start"],
        row["period_end"],
        row["site_id"],
        row["device_id"],
        row["dataset_status"],
        row["tags"],
        row["group_id"],
    )
    return Claimed(tenant_id, export_id, wish, row["attempts"], row["requested_by"])


def note_progress(
    connection: Connection, export: Claimed, *, progress: float, row_count: int, byte_count: int, until: datetime
) -> bool:
    """Note how far a claimed export is, and hold the claim; False when it is not the caller's any more."""
    return bool(
        connection.execute(
            """
            UPDATE exports
            SET progress = least(1, greatest(0, %(progress)s)), row_count = %(row_count)s, byte_count = %(byte_count)s,
                claimed_until = %(until)s
            WHERE tenant_id = %(tenant_id)s AND export_id = %(export_id)s
              AND status = 'RUNNING' AND attempts = %(attempts)s
            """,
            {
                **_claim(export),
                "progress": progress,
                "row_count": row_count,
                "byte_count": byte_count,
                "until": until,
            },
        ).rowcount
    )


def finish_export(
    connection: Connection,
    export: Claimed,
    status: ExportStatus,
    *,
    outcome: str | None,
    expires_at: datetime | None,
    now: datetime,
) -> bool:
    """Note how a claimed export has ended; False when it is not the caller's any more."""
    return bool(
        connection.execute(
            """
            UPDATE exports
            SET status = %(status)s, outcome = %(outcome)s, claimed_until = NULL, finished_at = %(now)s,
                expires_at = %(expires_at)s
            WHERE tenant_id = %(tenant_id)s AND export_id = %(export_id)s
              AND status = 'RUNNING' AND attempts = %(attempts)s
            """,
            {**_claim(export), "status": status.value, "outcome": outcome, "expires_at": expires_at, "now": now},
        ).rowcount
    )


def put_off_export(connection: Connection, export: Claimed, *, outcome: str) -> bool:
    """Have a claimed export wait for another try; False when it is not the caller's any more."""
    return bool(
        connection.execute(
            """
            UPDATE exports
            SET status = 'PENDING', claimed_until = NULL, outcome = %(outcome)s
            WHERE tenant_id = %(tenant_id)s AND export_id = %(export_id)s
              AND status = 'RUNNING' AND attempts = %(attempts)s
            """,
            {**_claim(export), "outcome": outcome},
        ).rowcount
    )


def forget_exports(now: datetime) -> int:
    """Delete what is told of exports of half a year ago; return how many went."""
    with ingest_session() as connection:
        return connection.execute(
            "DELETE FROM exports WHERE created_at < %(before)s AND finished_at IS NOT NULL", {"before": now - _KEPT}
        ).rowcount


def _wished(tenant_id: str, wish: ExportWish) -> dict[str, Any]:
    return {"tenant_id": tenant_id, **wish._asdict(), "tags": Jsonb(dict(wish.tags))}


def _claim(export: Claimed) -> dict[str, Any]:
    return {"tenant_id": export.tenant_id, "export_id": export.export_id, "attempts": export.attempts}


def recently_failed(connection: Connection, *, since: datetime, until: datetime, limit: int) -> list[GivenUp]:
    """Those of all tenants that were given up in a time, newest first."""
    return read_given_up(connection, "exports", "export_id", since=since, until=until, limit=limit)
