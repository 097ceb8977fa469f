"""Commands on their way to devices. Statements work across tenants; each carries the tenant in its keys."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from pulse.commands.answer import Answer
from pulse.database import Connection
from pulse.devices.registry import DeviceKey, as_records

type Row = dict[str, Any]


class Handed(NamedTuple):
    """A command that was handed over, and when it is handed over again without an answer."""

    command: Row
    deliver_at: datetime | None


def claim_due(connection: Connection, *, now: datetime, limit: int) -> list[Row]:
    """At most `limit` open commands that are due at their devices, held until the transaction ends.

    Nobody waits behind somebody else's thousands: tenants with something due get equal shares, and so do, within a
    tenant, the commands to single devices together and each command for a group. In a share the longest due come first.
    The lanes are found by jumping from one to the next in their index, whatever the number of commands in them.
    """
    rows = connection.execute(
        """
        WITH RECURSIVE lanes AS (
            (
                SELECT tenant_id, lane FROM commands
                WHERE deliver_at IS NOT NULL AND status IN ('QUEUED', 'DELIVERED')
                ORDER BY tenant_id, lane
                LIMIT 1
            )
            UNION ALL
            SELECT following.tenant_id, following.lane
            FROM lanes
            CROSS JOIN LATERAL (
                SELECT tenant_id, lane FROM commands
                WHERE deliver_at IS NOT NULL AND status IN ('QUEUED', 'DELIVERED')
                  AND (commands.tenant_id, commands.lane) > (lanes.tenant_id, lanes.lane)
                ORDER BY tenant_id, lane
                LIMIT 1
            ) AS following
        ),
        due AS (
            SELECT lanes.tenant_id, lanes.lane, count(*) OVER (PARTITION BY lanes.tenant_id) AS lanes_of_tenant
            FROM lanes
            CROSS JOIN LATERAL (
                SELECT deliver_at FROM commands
                WHERE commands.tenant_id = lanes.tenant_id AND commands.lane = lanes.lane
                  AND deliver_at <= %(now)s AND status IN ('QUEUED', 'DELIVERED') AND expires_at > %(now)s
                ORDER BY deliver_at
                LIMIT 1
            ) AS longest_due
            ORDER BY longest_due.deliver_at
            LIMIT %(limit)s
        ),
        shares AS (
            SELECT tenant_id, lane,
                   greatest(1, %(limit)s / (SELECT count(DISTINCT tenant_id) FROM due) / lanes_of_tenant) AS share
            FROM due
        )
        SELECT claimed.*
        FROM shares
        CROSS JOIN LATERAL (
            SELECT * FROM commands
            WHERE commands.tenant_id = shares.tenant_id AND commands.lane = shares.lane
              AND deliver_at <= %(now)s AND status IN ('QUEUED', 'DELIVERED') AND expires_at > %(now)s
            ORDER BY deliver_at, sequence
            LIMIT shares.share
            FOR UPDATE SKIP LOCKED
        ) AS claimed
        LIMIT %(limit)s
        """,
        {"now": now, "limit": limit},
    ).fetchall()
    return sorted(rows, key=itemgetter("deliver_at", "sequence"))


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


def finish_by_answer(connection: Connection, command: Row, answer: Answer, *, now: datetime) -> Row:
    """End an open command with what its device answered; return it as it is then."""
    row = connection.execute(
        """
        UPDATE commands
        SET status = %(status)s, reason = %(reason)s, result = %(result)s, answered_at = %(now)s,
            delivered_at = coalesce(delivered_at, %(now)s), finished_at = %(now)s, deliver_at = NULL
        WHERE tenant_id = %(tenant_id)s AND command_id = %(command_id)s
        RETURNING *
        """,
        _answer_of(command, answer, now),
    ).fetchone()
    assert row is not None
    return row


def keep_late_answer(connection: Connection, command: Row, answer: Answer, *, now: datetime) -> None:
    """Keep what a device answered after its command had ended, beside how and why that was."""
    connection.execute(
        """
        UPDATE commands
        SET late_status = %(status)s, late_reason = %(reason)s, result = %(result)s, answered_at = %(now)s,
            delivered_at = coalesce(delivered_at, %(now)s)
        WHERE tenant_id = %(tenant_id)s AND command_id = %(command_id)s
        """,
        _answer_of(command, answer, now),
    )


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


def _answer_of(command: Row, answer: Answer, now: datetime) -> dict[str, object]:
    return {
        "tenant_id": command["tenant_id"],
        "command_id": command["command_id"],
        "status": answer.status,
        "reason": answer.reason,
        "result": None if answer.result is None else Jsonb(answer.result),
        "now": now,
    }
