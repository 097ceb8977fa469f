"""Whose seat a device has: its subscription. Callers hold the tenant's seats (`pulse.devices.seats.lock_seats`)."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from pulse.database import Connection
from pulse.errors import NotFoundError


class DevicePosition(NamedTuple):
    """A place in a list of devices, which is in the order of ids."""

    device_id: str


def assign_unassigned(connection: Connection, tenant_id: str, subscription_id: UUID) -> int:
    """Give a subscription the devices that have none; return how many these are. Decommissioned ones need no seat."""
    return connection.execute(
        """
        UPDATE devices
        SET subscription_id = %(subscription_id)s
        WHERE tenant_id = %(tenant_id)s AND subscription_id IS NULL AND lifecycle <> 'DECOMMISSIONED'
        """,
        {"tenant_id": tenant_id, "subscription_id": subscription_id},
    ).rowcount


def lock_assignments(connection: Connection, tenant_id: str, device_ids: Sequence[str]) -> dict[str, UUID | None]:
    """The subscription of each of the devices, locked until the transaction ends.

    Raises NotFoundError naming a device that is not there, or was decommissioned.
    """
    rows = connection.execute(
        """
        SELECT device_id, subscription_id
        FROM devices
        WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(device_ids)s) AND lifecycle <> 'DECOMMISSIONED'
        ORDER BY device_id
        FOR NO KEY UPDATE
        """,
        {"tenant_id": tenant_id, "device_ids": list(device_ids)},
    )
    found = {row["device_id"]: row["subscription_id"] for row in rows}
    for device_id in device_ids:
        if device_id not in found:
            message = f"there is no device {device_id} that has a seat"
            raise NotFoundError(message)
    return found


def assign(connection: Connection, tenant_id: str, device_ids: Sequence[str], subscription_id: UUID | None) -> None:
    """Give locked devices a seat of a subscription, or none."""
    connection.execute(
        """
        UPDATE devices
        SET subscription_id = %(subscription_id)s, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(device_ids)s)
        """,
        {"tenant_id": tenant_id, "device_ids": list(device_ids), "subscription_id": subscription_id},
    )


def list_assigned(
    connection: Connection, tenant_id: str, subscription_id: UUID, *, limit: int, after: DevicePosition | None
) -> list[str]:
    """Ids of a subscription's devices, one more than `limit` if there are more."""
    rows = connection.execute(
        """
        SELECT device_id
        FROM devices
        WHERE tenant_id = %(tenant_id)s AND subscription_id = %(subscription_id)s
          AND (%(after)s::text IS NULL OR device_id > %(after)s)
        ORDER BY device_id
        LIMIT %(limit)s
        """,
        {
            "tenant_id": tenant_id,
            "subscription_id": subscription_id,
            "after": after.device_id if after else None,
            "limit": limit + 1,
        },
    )
    return [row["device_id"] for row in rows]
