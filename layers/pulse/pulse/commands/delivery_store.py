"""Commands on their way to devices. Statements work across tenants; each carries the tenant in its keys."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.devices.registry import DeviceKey, as_records

type Row = dict[str, Any]


class Handed(NamedTuple):
    """A command that was handed over, and when it is handed over again without an answer."""

    command: Row
    deliver_at: datetime | None


def claim_due(connection: Connection, *, now: datetime, limit: int) -> list[Row]:
    """Open commands that are due at their devices, held until the transaction ends, the longest due first."""
    return connection.execute(
        """
        SELECT * FROM commands
        WHERE deliver_at <= %(now)s AND status IN ('QUEUED', 'DELIVERED') AND expires_at > %(now)s
        ORDER BY deliver_at, sequence
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        {"now": now, "limit": limit},
    ).fetchall()


def claim_for_device(connection: Connection, device: DeviceKey, *, now: datetime, limit: int) -> list[Row]:
    """Open commands of a device, due or not, held until the transaction ends, the oldest first."""
    tenant_id, device_id = device
    return connection.execute(
        """
        SELECT * FROM commands
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
          AND status IN ('QUEUED', 'DELIVERED') AND expires_at > %(now)s
        ORDER BY sequence
        LIMIT %(limit)s
        FOR UPDATE
        """,
        {"tenant_id": tenant_id, "device_id": device_id, "now": now, "limit": limit},
    ).fetchall()


def make_due(connection: Connection, devices: Iterable[DeviceKey], *, now: datetime) -> int:
    """Have the open commands of devices handed over again now; return how many."""
    return connection.execute(
        """
        UPDATE commands
        SET deliver_at = %(now)s
        FROM jsonb_to_recordset(%(devices)s) AS device (tenant_id text, device_id text)
        WHERE commands.tenant_id = device.tenant_id AND commands.device_id = device.device_id
          AND commands.status IN ('QUEUED', 'DELIVERED')
        """,
        {"devices": as_records(devices), "now": now},
    ).rowcount


def put_off(connection: Connection, commands: Sequence[Row], *, until: datetime | None) -> None:
    """Have commands handed over later: at a time, or without one as soon as their devices are there."""
    connection.execute(
        """
        UPDATE commands
        SET deliver_at = %(until)s
        FROM jsonb_to_recordset(%(commands)s) AS later (tenant_id text, command_id uuid)
        WHERE commands.tenant_id = later.tenant_id AND commands.command_id = later.command_id
        """,
        {
            "commands": Jsonb(
                [{"tenant_id": row["tenant_id"], "command_id": str(row["command_id"])} for row in commands]
            ),
            "until": until,
        },
    )


def note_handed_over(connection: Connection, handed: Sequence[Handed], *, now: datetime) -> list[Row]:
    """Enter that commands were handed over; return those for which it was the first time, as they are then."""
    rows = connection.execute(
        """
        UPDATE commands
        SET status = 'DELIVERED', deliveries = deliveries + 1, delivered_at = coalesce(delivered_at, %(now)s),
            deliver_at = handed.deliver_at
        FROM jsonb_to_recordset(%(handed)s) AS handed (tenant_id text, command_id uuid, deliver_at timestamptz)
        WHERE commands.tenant_id = handed.tenant_id AND commands.command_id = handed.command_id
        RETURNING commands.*
        """,
        {
            "handed": Jsonb(
                [
                    {
                        "tenant_id": command["tenant_id"],
                        "command_id": str(command["command_id"]),
                        "deliver_at": deliver_at.isoformat() if deliver_at else None,
                    }
                    for command, deliver_at in handed
                ]
            ),
            "now": now,
        },
    ).fetchall()
    return [row for row in rows if row["deliveries"] == 1]


def expire_due(connection: Connection, *, now: datetime, limit: int) -> list[Row]:
    """Give up a batch of commands whose time is over; return them as they are then."""
    return connection.execute(
        """
        UPDATE commands
        SET status = 'EXPIRED', finished_at = %(now)s, deliver_at = NULL
        WHERE (tenant_id, command_id) IN (
            SELECT tenant_id, command_id FROM commands
            WHERE status IN ('QUEUED', 'DELIVERED') AND expires_at <= %(now)s
            ORDER BY expires_at
            LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
        )
        RETURNING *
        """,
        {"now": now, "limit": limit},
    ).fetchall()


def cancel_open(connection: Connection, devices: Iterable[DeviceKey], *, now: datetime, reason: str) -> list[Row]:
    """Take back every open command of devices that will never answer; return them as they are then."""
    return connection.execute(
        """
        UPDATE commands
        SET status = 'CANCELLED', finished_at = %(now)s, deliver_at = NULL, reason = %(reason)s
        FROM jsonb_to_recordset(%(devices)s) AS device (tenant_id text, device_id text)
        WHERE commands.tenant_id = device.tenant_id AND commands.device_id = device.device_id
          AND commands.status IN ('QUEUED', 'DELIVERED')
        RETURNING commands.*
        """,
        {"devices": as_records(devices), "now": now, "reason": reason},
    ).fetchall()


def lock_command(connection: Connection, device: DeviceKey, command_id: UUID) -> Row | None:
    """A command of that device, held until the transaction ends."""
    tenant_id, device_id = device
    return connection.execute(
        """
        SELECT * FROM commands
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND command_id = %(command_id)s
        FOR UPDATE
        """,
        {"tenant_id": tenant_id, "device_id": device_id, "command_id": command_id},
    ).fetchone()


def note_answer(
    connection: Connection,
    command: Row,
    *,
    status: str,
    finished_at: datetime,
    reason: str,
    result: dict[str, Any] | None,
    now: datetime,
) -> Row:
    """Enter what a device answered; return the command as it is then."""
    row = connection.execute(
        """
        UPDATE commands
        SET status = %(status)s, finished_at = %(finished_at)s, answered_at = %(now)s, deliver_at = NULL,
            delivered_at = coalesce(delivered_at, %(now)s), reason = %(reason)s, result = %(result)s
        WHERE tenant_id = %(tenant_id)s AND command_id = %(command_id)s
        RETURNING *
        """,
        {
            "tenant_id": command["tenant_id"],
            "command_id": command["command_id"],
            "status": status,
            "finished_at": finished_at,
            "reason": reason,
            "result": None if result is None else Jsonb(result),
            "now": now,
        },
    ).fetchone()
    assert row is not None
    return row


def delete_finished(connection: Connection, *, before: datetime, limit: int) -> int:
    """Delete a batch of old commands, and those for groups of which nothing is left; return how many of the first."""
    deleted = connection.execute(
        """
        DELETE FROM commands
        WHERE (tenant_id, command_id) IN (
            SELECT tenant_id, command_id FROM commands
            WHERE finished_at < %(before)s
            ORDER BY finished_at
            LIMIT %(limit)s
        )
        """,
        {"before": before, "limit": limit},
    ).rowcount
    connection.execute(
        """
        DELETE FROM group_commands
        WHERE expires_at < %(before)s
          AND NOT EXISTS (
              SELECT FROM commands
              WHERE commands.tenant_id = group_commands.tenant_id
                AND commands.group_command_id = group_commands.group_command_id
          )
        """,
        {"before": before},
    )
    return deleted
