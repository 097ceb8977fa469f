"""Which gateways have to be told anew what they ask."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from pulse.database import Connection


class Assignment(NamedTuple):
    """A gateway, and the change that its shadow has to get to."""

    tenant_id: str
    device_id: str
    wanted: int


class Progress(NamedTuple):
    """How far telling a gateway has got."""

    is_told: bool
    error: str | None


def find_progress(connection: Connection, tenant_id: str, device_ids: Iterable[str]) -> dict[str, Progress]:
    """Of gateways that were ever to be told something, whether they were."""
    rows = connection.execute(
        """
        SELECT device_id, written >= wanted AS is_told, error
        FROM gateway_assignments
        WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(device_ids)s)
        """,
        {"tenant_id": tenant_id, "device_ids": sorted(device_ids)},
    )
    return {row["device_id"]: Progress(row["is_told"], row["error"]) for row in rows}


def want_assignment(connection: Connection, tenant_id: str, device_id: str | None) -> None:
    """Have a gateway told anew; None is the cloud, which looks itself."""
    if device_id is None:
        return
    connection.execute(
        """
        INSERT INTO gateway_assignments (tenant_id, device_id)
        VALUES (%(tenant_id)s, %(device_id)s)
        ON CONFLICT (tenant_id, device_id) DO UPDATE
        SET wanted = gateway_assignments.wanted + 1, due_at = now()
        """,
        {"tenant_id": tenant_id, "device_id": device_id},
    )


def want_assignments(connection: Connection, tenant_id: str, addon_id: str) -> None:
    """Have those gateways told anew that ask what an addon says: it says something else now."""
    rows = connection.execute(
        """
        WITH asked AS (
            UPDATE poll_targets
            SET version = version + 1
            WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s AND gateway_device_id IS NOT NULL
            RETURNING gateway_device_id
        )
        SELECT DISTINCT gateway_device_id FROM asked ORDER BY gateway_device_id
        """,
        {"tenant_id": tenant_id, "addon_id": addon_id},
    ).fetchall()
    for row in rows:
        want_assignment(connection, tenant_id, row["gateway_device_id"])


def claim_assignment(connection: Connection, *, now: datetime, retry_at: datetime) -> Assignment | None:
    """A gateway that is to be told now; another try is due later if this one is never finished."""
    row = connection.execute(
        """
        WITH due AS (
            SELECT tenant_id, device_id
            FROM gateway_assignments
            WHERE written < wanted AND due_at <= %(now)s
            ORDER BY due_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        UPDATE gateway_assignments AS assignment
        SET due_at = %(retry_at)s
        FROM due
        WHERE assignment.tenant_id = due.tenant_id AND assignment.device_id = due.device_id
        RETURNING assignment.tenant_id, assignment.device_id, assignment.wanted
        """,
        {"now": now, "retry_at": retry_at},
    ).fetchone()
    return None if row is None else Assignment(row["tenant_id"], row["device_id"], row["wanted"])


def note_written(connection: Connection, done: Assignment, *, error: str | None) -> None:
    """The shadows have got to this change, perhaps without some targets; a newer one is still due."""
    connection.execute(
        """
        UPDATE gateway_assignments
        SET written = %(wanted)s, error = left(%(error)s, 500), due_at = now()
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND written < %(wanted)s
        """,
        {**done._asdict(), "error": error},
    )


def note_unfinished(connection: Connection, due: Assignment) -> None:
    """There was no time for all of it; it is gone on with in the next minute."""
    connection.execute(
        """
        UPDATE gateway_assignments SET due_at = now()
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
        """,
        due._asdict(),
    )


def note_failed(connection: Connection, failed: Assignment, *, error: str, retry_after: timedelta) -> None:
    """The shadow could not be written; it is tried again."""
    connection.execute(
        """
        UPDATE gateway_assignments
        SET error = %(error)s, due_at = now() + %(retry_after)s
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s
        """,
        {**failed._asdict(), "error": error[:500], "retry_after": retry_after},
    )
