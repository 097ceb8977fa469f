"""Calendar feeds in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from pulse.database import Connection

type Row = dict[str, Any]

_COLUMNS: Final = sql.SQL("feed_id, schedule_id, label, email, created_by, created_at, last_read_at")


def list_feed_rows(connection: Connection, tenant_id: str, schedule_id: UUID) -> list[Row]:
    """The feeds of a schedule, the newest first."""
    return connection.execute(
        sql.SQL("""
            SELECT {columns} FROM oncall_calendar_feeds
            WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s
            ORDER BY created_at DESC, feed_id
        """).format(columns=_COLUMNS),
        {"tenant_id": tenant_id, "schedule_id": schedule_id},
    ).fetchall()


def insert_feed_row(connection: Connection, tenant_id: str, schedule_id: UUID, values: Mapping[str, Any]) -> Row:
    """A new feed."""
    row = connection.execute(
        sql.SQL("""
            INSERT INTO oncall_calendar_feeds (tenant_id, schedule_id, label, email, secret_hash, created_by)
            VALUES (%(tenant_id)s, %(schedule_id)s, %(label)s, %(email)s, %(secret_hash)s, %(created_by)s)
            RETURNING {columns}
        """).format(columns=_COLUMNS),
        {"tenant_id": tenant_id, "schedule_id": schedule_id, **values},
    ).fetchone()
    assert row is not None
    return row


def delete_feed_row(connection: Connection, tenant_id: str, schedule_id: UUID, feed_id: UUID) -> Row | None:
    """Take a feed away; return what it was, None if there was none."""
    return connection.execute(
        sql.SQL("""
            DELETE FROM oncall_calendar_feeds
            WHERE tenant_id = %(tenant_id)s AND schedule_id = %(schedule_id)s AND feed_id = %(feed_id)s
            RETURNING {columns}
        """).format(columns=_COLUMNS),
        {"tenant_id": tenant_id, "schedule_id": schedule_id, "feed_id": feed_id},
    ).fetchone()


def find_feed_row(connection: Connection, secret_hash: bytes, *, now: datetime) -> Row | None:
    """The feed with this secret, of whatever tenant; that it was read is noted once an hour."""
    connection.execute(
        """
        UPDATE oncall_calendar_feeds SET last_read_at = %(now)s
        WHERE secret_hash = %(secret_hash)s
          AND (last_read_at IS NULL OR last_read_at <= %(now)s - INTERVAL '1 hour')
        """,
        {"secret_hash": secret_hash, "now": now},
    )
    return connection.execute(
        "SELECT tenant_id, schedule_id, email FROM oncall_calendar_feeds WHERE secret_hash = %(secret_hash)s",
        {"secret_hash": secret_hash},
    ).fetchone()
