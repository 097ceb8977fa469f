"""Channels in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.database.lists import list_by_name
from pulse.errors import NotFoundError

type ChannelRow = dict[str, Any]

_NOTED_EVERY: Final = timedelta(seconds=5)
_COLUMNS: Final = sql.SQL("""
    tenant_id, channel_id, name, kind, destination, config, secrets, enabled, failures_in_a_row,
    failed_attempts_in_a_row, last_sent_at, last_failed_at, last_error, disabled_reason, version, created_at, updated_at
""")


def list_channels(
    connection: Connection, tenant_id: str, *, kinds: Sequence[str], q: str | None, after: str | None, limit: int
) -> tuple[list[ChannelRow], int]:
    """Channels of some kinds, or of all without any, by name; and how many there are on all pages."""
    return list_by_name(
        connection,
        """
        FROM notification_channels
        WHERE tenant_id = %(tenant_id)s
          AND (%(kinds)s::text[] = '{}' OR kind = ANY(%(kinds)s))
          AND (%(q)s::text IS NULL OR strpos(lower(name), lower(%(q)s)) > 0)
        """,
        {"tenant_id": tenant_id, "kinds": list(kinds), "q": q},
        columns=_COLUMNS,
        after=after,
        limit=limit,
    )


def find_channel(connection: Connection, tenant_id: str, channel_id: UUID) -> ChannelRow | None:
    """One channel, if there is such a one."""
    return connection.execute(
        sql.SQL("""
            SELECT {} FROM notification_channels WHERE tenant_id = %(tenant_id)s AND channel_id = %(channel_id)s
        """).format(_COLUMNS),
        {"tenant_id": tenant_id, "channel_id": channel_id},
    ).fetchone()


def kinds_of_channels(connection: Connection, tenant_id: str, channel_ids: Collection[UUID]) -> dict[UUID, str]:
    """The kinds of those channels that there are."""
    if not channel_ids:
        return {}
    rows = connection.execute(
        """
        SELECT channel_id, kind FROM notification_channels
        WHERE tenant_id = %(tenant_id)s AND channel_id = ANY(%(channel_ids)s)
        """,
        {"tenant_id": tenant_id, "channel_ids": list(channel_ids)},
    )
    return {row["channel_id"]: row["kind"] for row in rows}


def read_channel(connection: Connection, tenant_id: str, channel_id: UUID) -> ChannelRow:
    """One channel. Raises NotFoundError."""
    row = find_channel(connection, tenant_id, channel_id)
    if row is None:
        raise _not_found(channel_id)
    return row


def lock_channel(connection: Connection, tenant_id: str, channel_id: UUID) -> ChannelRow:
    """One channel, locked until the transaction ends. Raises NotFoundError."""
    row = connection.execute(
        sql.SQL("""
            SELECT {} FROM notification_channels
            WHERE tenant_id = %(tenant_id)s AND channel_id = %(channel_id)s
            FOR UPDATE
        """).format(_COLUMNS),
        {"tenant_id": tenant_id, "channel_id": channel_id},
    ).fetchone()
    if row is None:
        raise _not_found(channel_id)
    return row


def hold_channels(connection: Connection, tenant_id: str, channel_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the ids that are channels of the tenant; none of them is deleted until the transaction ends."""
    rows = connection.execute(
        """
        SELECT channel_id FROM notification_channels
        WHERE tenant_id = %(tenant_id)s AND channel_id = ANY(%(channel_ids)s)
        ORDER BY channel_id
        FOR KEY SHARE
        """,
        {"tenant_id": tenant_id, "channel_ids": list(channel_ids)},
    )
    return frozenset(row["channel_id"] for row in rows)


def insert_channel(connection: Connection, tenant_id: str, channel_id: UUID, values: Mapping[str, Any]) -> ChannelRow:
    """Keep a new channel; `values` are name, kind, destination, config, secrets, enabled. Raises UniqueViolation."""
    connection.execute(
        """
        INSERT INTO notification_channels (tenant_id, channel_id, name, kind, destination, config, secrets, enabled)
        VALUES (%(tenant_id)s, %(channel_id)s, %(name)s, %(kind)s, %(destination)s, %(config)s, %(secrets)s,
                %(enabled)s)
        """,
        {"tenant_id": tenant_id, "channel_id": channel_id, **values, "config": Jsonb(values["config"])},
    )
    return read_channel(connection, tenant_id, channel_id)


def update_channel(connection: Connection, tenant_id: str, channel_id: UUID, values: Mapping[str, Any]) -> ChannelRow:
    """Change a channel to `values`, as for `insert_channel`; its failures are forgotten. Raises UniqueViolation."""
    connection.execute(
        """
        UPDATE notification_channels
        SET name = %(name)s, destination = %(destination)s, config = %(config)s, secrets = %(secrets)s,
            enabled = %(enabled)s,
            failures_in_a_row = 0, failed_attempts_in_a_row = 0, disabled_reason = NULL, version = version + 1,
            updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND channel_id = %(channel_id)s
        """,
        {"tenant_id": tenant_id, "channel_id": channel_id, **values, "config": Jsonb(values["config"])},
    )
    return read_channel(connection, tenant_id, channel_id)


def delete_channel(connection: Connection, tenant_id: str, channel_id: UUID) -> None:
    """Take a channel away, and with it the rules that lead to it."""
    connection.execute(
        "DELETE FROM notification_channels WHERE tenant_id = %(tenant_id)s AND channel_id = %(channel_id)s",
        {"tenant_id": tenant_id, "channel_id": channel_id},
    )


def note_sent(connection: Connection, tenant_id: str, channel_id: UUID, *, now: datetime) -> None:
    """A delivery has arrived: the channel is well.

    In a storm it is noted every few seconds: each note locks the row until the commit, and deliveries of the channel
    would wait for each other.
    """
    connection.execute(
        """
        UPDATE notification_channels
        SET failures_in_a_row = 0, failed_attempts_in_a_row = 0, last_sent_at = %(now)s
        WHERE tenant_id = %(tenant_id)s AND channel_id = %(channel_id)s
          AND (failed_attempts_in_a_row > 0 OR failures_in_a_row > 0
               OR last_sent_at IS NULL OR last_sent_at < %(noted_before)s)
        """,
        {"tenant_id": tenant_id, "channel_id": channel_id, "now": now, "noted_before": now - _NOTED_EVERY},
    )


def note_failed(
    connection: Connection, tenant_id: str, channel_id: UUID, *, error: str, for_good: bool, now: datetime
) -> int:
    """A try has failed, perhaps for good; return how many deliveries in a row have. 0 when the channel is gone."""
    row = connection.execute(
        """
        UPDATE notification_channels
        SET failures_in_a_row = failures_in_a_row + %(for_good)s::integer,
            failed_attempts_in_a_row = failed_attempts_in_a_row + 1,
            last_failed_at = %(now)s, last_error = %(error)s
        WHERE tenant_id = %(tenant_id)s AND channel_id = %(channel_id)s
        RETURNING failures_in_a_row
        """,
        {"tenant_id": tenant_id, "channel_id": channel_id, "for_good": int(for_good), "now": now, "error": error},
    ).fetchone()
    return 0 if row is None else int(row["failures_in_a_row"])


def disable_channel(connection: Connection, tenant_id: str, channel_id: UUID, *, reason: str) -> bool:
    """Disable a channel that is enabled; return whether it was."""
    changed = connection.execute(
        """
        UPDATE notification_channels
        SET enabled = false, disabled_reason = %(reason)s, version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND channel_id = %(channel_id)s AND enabled
        """,
        {"tenant_id": tenant_id, "channel_id": channel_id, "reason": reason},
    )
    return changed.rowcount == 1


def _not_found(channel_id: UUID) -> NotFoundError:
    return NotFoundError(f"there is no notification channel {channel_id}")
