"""Commands in the database: entered, read, taken back, and given up when their time is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from pulse.commands.command import MAXIMUM_OPEN, Command, CommandStatus, GroupCommand
from pulse.database import Connection
from pulse.errors import NotFoundError

type Row = dict[str, Any]

_GROUP_COMMANDS: Final = sql.SQL("""
    SELECT group_commands.*, counted.counts
    FROM group_commands
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(status, commands), '{{}}') AS counts
        FROM (
            SELECT status, count(*) AS commands
            FROM commands
            WHERE commands.tenant_id = group_commands.tenant_id
              AND commands.group_command_id = group_commands.group_command_id
            GROUP BY status
        ) AS by_status
    ) AS counted
    WHERE group_commands.tenant_id = %(tenant_id)s AND {condition}
    ORDER BY group_commands.sequence DESC
    LIMIT %(limit)s
""")


def count_open(connection: Connection, tenant_id: str, device_id: str) -> int:
    """How many commands a device has not answered yet."""
    row = connection.execute(
        """
        SELECT count(*) AS open FROM commands
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND status IN ('QUEUED', 'DELIVERED')
        """,
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    assert row is not None
    return int(row["open"])


def insert_group_command(
    connection: Connection, tenant_id: str, fields: dict[str, object], device_ids: Sequence[str]
) -> Row:
    """Enter a command for each of the devices but those that have too many open; the row says how many those are."""
    parameters = {"tenant_id": tenant_id, "device_ids": list(device_ids), "most": MAXIMUM_OPEN, **fields}
    row = connection.execute(
        """
        WITH wanted AS (
            SELECT device_id,
                   (SELECT count(*) FROM commands
                    WHERE commands.tenant_id = %(tenant_id)s AND commands.device_id = wanted.device_id
                      AND commands.status IN ('QUEUED', 'DELIVERED')) < %(most)s AS has_room
            FROM unnest(%(device_ids)s::text[]) AS wanted (device_id)
        ),
        sent AS (
            INSERT INTO group_commands (tenant_id, group_id, group_name, name, parameters, created_at, created_by,
                                        expires_at, left_out)
            SELECT %(tenant_id)s, %(group_id)s, %(group_name)s, %(name)s, %(parameters)s, %(now)s, %(created_by)s,
                   %(expires_at)s, (SELECT count(*) FROM wanted WHERE NOT has_room)
            RETURNING *
        ),
        entered AS (
            INSERT INTO commands (tenant_id, device_id, group_command_id, name, parameters, created_at, created_by,
                                  expires_at, deliver_at)
            SELECT %(tenant_id)s, wanted.device_id, sent.group_command_id, sent.name, sent.parameters, %(now)s,
                   sent.created_by, sent.expires_at, %(now)s
            FROM wanted CROSS JOIN sent
            WHERE wanted.has_room
        )
        SELECT * FROM sent
        """,
        parameters,
    ).fetchone()
    assert row is not None
    return row


def read_command(
    connection: Connection, tenant_id: str, device_id: str, command_id: UUID, *, lock: bool = False
) -> Command:
    """One command of a device. Raises NotFoundError."""
    row = connection.execute(
        sql.SQL("""
            SELECT * FROM commands
            WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND command_id = %(command_id)s
            {lock}
        """).format(lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "device_id": device_id, "command_id": command_id},
    ).fetchone()
    if row is None:
        message = f"device {device_id} has no command {command_id}"
        raise NotFoundError(message)
    return Command.model_validate(row)


def list_commands(
    connection: Connection,
    tenant_id: str,
    *,
    device_id: str | None = None,
    group_command_id: UUID | None = None,
    statuses: Sequence[CommandStatus] = (),
    name: str | None = None,
    limit: int,
    after: int | None,
) -> list[Row]:
    """Commands of a device or of a command for a group, newest first, from below the sequence number `after`."""
    return connection.execute(
        """
        SELECT * FROM commands
        WHERE tenant_id = %(tenant_id)s
          AND (%(device_id)s::text IS NULL OR device_id = %(device_id)s)
          AND (%(group_command_id)s::uuid IS NULL OR group_command_id = %(group_command_id)s)
          AND (%(statuses)s::text[] IS NULL OR status = ANY(%(statuses)s))
          AND (%(name)s::text IS NULL OR name = %(name)s)
          AND (%(after)s::bigint IS NULL OR sequence < %(after)s)
        ORDER BY sequence DESC
        LIMIT %(limit)s
        """,
        {
            "tenant_id": tenant_id,
            "device_id": device_id,
            "group_command_id": group_command_id,
            "statuses": [status.value for status in statuses] or None,
            "name": name,
            "after": after,
            "limit": limit,
        },
    ).fetchall()


def read_group_command(connection: Connection, tenant_id: str, group_command_id: UUID) -> GroupCommand:
    """One command for a group with its counts. Raises NotFoundError."""
    row = connection.execute(
        _GROUP_COMMANDS.format(condition=sql.SQL("group_commands.group_command_id = %(group_command_id)s")),
        {"tenant_id": tenant_id, "group_command_id": group_command_id, "limit": 1},
    ).fetchone()
    if row is None:
        message = f"there is no command {group_command_id} for a group"
        raise NotFoundError(message)
    return _group_command(row)


def list_group_commands(
    connection: Connection, tenant_id: str, *, group_id: UUID | None, limit: int, after: int | None
) -> list[tuple[int, GroupCommand]]:
    """Commands for groups with their sequence numbers, newest first, from below the number `after`."""
    rows = connection.execute(
        _GROUP_COMMANDS.format(
            condition=sql.SQL("""
                (%(group_id)s::uuid IS NULL OR group_commands.group_id = %(group_id)s)
                AND (%(after)s::bigint IS NULL OR group_commands.sequence < %(after)s)
            """)
        ),
        {"tenant_id": tenant_id, "group_id": group_id, "after": after, "limit": limit},
    )
    return [(row["sequence"], _group_command(row)) for row in rows]


def cancel_queued(
    connection: Connection,
    tenant_id: str,
    *,
    now: datetime,
    reason: str,
    command_id: UUID | None = None,
    group_command_id: UUID | None = None,
) -> list[Row]:
    """Take back a command, or those of a command for a group, that no device has; return them as they are then."""
    return connection.execute(
        """
        UPDATE commands
        SET status = 'CANCELLED', finished_at = %(now)s, deliver_at = NULL, reason = %(reason)s
        WHERE tenant_id = %(tenant_id)s AND status = 'QUEUED'
          AND (command_id = %(command_id)s OR group_command_id = %(group_command_id)s)
        RETURNING *
        """,
        {
            "tenant_id": tenant_id,
            "command_id": command_id,
            "group_command_id": group_command_id,
            "now": now,
            "reason": reason,
        },
    ).fetchall()


def _group_command(row: Row) -> GroupCommand:
    counts = dict.fromkeys(CommandStatus, 0) | {CommandStatus(name): n for name, n in row["counts"].items()}
    return GroupCommand.model_validate({**row, "counts": counts, "devices": sum(counts.values())})
