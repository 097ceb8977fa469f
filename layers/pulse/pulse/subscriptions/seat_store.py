"""Seats of subscriptions. Whoever takes, frees or moves one holds the tenant's row of `device_seats` already, so that
nobody else does at the same time.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.subscriptions.allocation import Room
from pulse.subscriptions.lifecycle import IN_FORCE


def lock_rooms(connection: Connection, tenant_id: str) -> list[Room]:
    """A tenant's subscriptions in the order in which they are filled, locked until the transaction ends."""
    return _rooms(connection, tenant_id, lock=True)


def read_rooms(connection: Connection, tenant_id: str) -> list[Room]:
    """The same, as they are this moment."""
    return _rooms(connection, tenant_id, lock=False)


def read_seat_limit(connection: Connection, tenant_id: str) -> int:
    """Seats of all subscriptions that are in force."""
    row = connection.execute(
        """
        SELECT coalesce(sum(device_limit + addon_limit), 0) AS seats
        FROM subscriptions
        WHERE tenant_id = %(tenant_id)s AND kind <> 'ADDON' AND status = ANY(%(in_force)s)
        """,
        {"tenant_id": tenant_id, "in_force": [status.value for status in IN_FORCE]},
    ).fetchone()
    assert row is not None
    return int(row["seats"])


def take(connection: Connection, tenant_id: str, seats: Sequence[UUID]) -> None:
    """Note that seats of locked subscriptions are taken."""
    change_counts(connection, tenant_id, Counter(seats))


def change_counts(connection: Connection, tenant_id: str, changes: Mapping[UUID, int]) -> None:
    """Add to the counts of devices, or take from them."""
    connection.execute(
        """
        UPDATE subscriptions
        SET devices = greatest(0, subscriptions.devices + change.devices)
        FROM jsonb_to_recordset(%(changes)s) AS change (subscription_id uuid, devices integer)
        WHERE subscriptions.tenant_id = %(tenant_id)s AND subscriptions.subscription_id = change.subscription_id
        """,
        {
            "tenant_id": tenant_id,
            "changes": Jsonb(
                [
                    {"subscription_id": str(subscription_id), "devices": devices}
                    for subscription_id, devices in changes.items()
                ]
            ),
        },
    )


def _rooms(connection: Connection, tenant_id: str, *, lock: bool) -> list[Room]:
    query = sql.SQL("""
        SELECT subscription_id, status = ANY(%(in_force)s) AS is_in_force,
               greatest(0, device_limit + addon_limit - devices) AS free
        FROM subscriptions
        WHERE tenant_id = %(tenant_id)s AND kind <> 'ADDON'
        ORDER BY array_position(ARRAY['MAIN', 'TRIAL', 'TEMPORARY'], kind), term_start, subscription_id
        {lock}
    """).format(lock=sql.SQL("FOR UPDATE" if lock else ""))
    rows = connection.execute(query, {"tenant_id": tenant_id, "in_force": [status.value for status in IN_FORCE]})
    return [Room(row["subscription_id"], row["is_in_force"], row["free"] if row["is_in_force"] else 0) for row in rows]
