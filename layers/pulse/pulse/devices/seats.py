"""Device seats: how many devices a tenant may have. Whoever adds devices takes seats in the same transaction.

This is the one place that knows where the limit comes from: a number for each tenant. A seat is taken under a row
lock, so that of two who want the last one the second is refused.
"""

from typing import Final

from pydantic import Field

from pulse.database import Connection, tenant_session
from pulse.errors import ConflictError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import audited_operator_session, record_change
from pulse.tenants.registry import get_tenant, lock_tenant

DEFAULT_DEVICE_LIMIT: Final = 100_000


class Seats(Model):
    """How many devices a tenant may have, and has; decommissioned ones don't count."""

    device_limit: int
    taken: int
    free: int = Field(description="How many more devices may be added")


class NoSeatError(ConflictError):
    """The tenant has as many devices as it may have."""

    def __init__(self) -> None:
        super().__init__("all device seats are taken; decommission a device, or ask for a higher limit")


def get_seats(tenant_id: str) -> Seats:
    """A tenant's seats."""
    with tenant_session(tenant_id) as connection:
        return _read_seats(connection, tenant_id)


def set_device_limit(actor: Principal, tenant_id: str, device_limit: int, *, origin: Origin) -> Seats:
    """Say how many devices a tenant may have; those above a lowered limit stay.

    Raises NotPermittedError, NotFoundError.
    """
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_TENANTS,
        action="tenants.set_device_limit",
        origin=origin,
        subject=tenant_id,
        tenant_id=tenant_id,
        write=True,
    ) as connection:
        lock_tenant(connection, tenant_id)
        before = lock_seats(connection, tenant_id)
        connection.execute(
            "UPDATE device_seats SET device_limit = %(device_limit)s WHERE tenant_id = %(tenant_id)s",
            {"tenant_id": tenant_id, "device_limit": device_limit},
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            tenant_id=tenant_id,
            action="tenant.set_device_limit",
            subject=tenant_id,
            before={"device_limit": before.device_limit},
            after={"device_limit": device_limit},
        )
        return _read_seats(connection, tenant_id)


def read_device_limit(actor: Principal, tenant_id: str, *, origin: Origin) -> Seats:
    """A tenant's seats, for an operator. Raises NotPermittedError, NotFoundError."""
    with audited_operator_session(
        actor,
        Permission.OPERATOR_READ_TENANTS,
        action="tenants.get_device_limit",
        origin=origin,
        subject=tenant_id,
        tenant_id=tenant_id,
    ) as connection:
        get_tenant(connection, tenant_id)
        return _read_seats(connection, tenant_id)


def take_seats(connection: Connection, tenant_id: str, count: int = 1) -> None:
    """Take seats for devices that are added in this transaction. Raises NoSeatError when not that many are free."""
    taken = connection.execute(
        """
        INSERT INTO device_seats (tenant_id, taken)
        VALUES (%(tenant_id)s, %(count)s)
        ON CONFLICT (tenant_id) DO UPDATE
        SET taken = device_seats.taken + excluded.taken
        WHERE device_seats.taken + excluded.taken <= coalesce(device_seats.device_limit, %(default)s)
        """,
        {"tenant_id": tenant_id, "count": count, "default": DEFAULT_DEVICE_LIMIT},
    )
    if taken.rowcount == 0:
        raise NoSeatError


def free_seats(connection: Connection, tenant_id: str, count: int = 1) -> None:
    """Give back the seats of devices that are decommissioned or deleted in this transaction."""
    connection.execute(
        "UPDATE device_seats SET taken = greatest(taken - %(count)s, 0) WHERE tenant_id = %(tenant_id)s",
        {"tenant_id": tenant_id, "count": count},
    )


def lock_seats(connection: Connection, tenant_id: str) -> Seats:
    """A tenant's seats; until the transaction ends nobody else takes or frees one."""
    connection.execute(
        "INSERT INTO device_seats (tenant_id) VALUES (%(tenant_id)s) ON CONFLICT DO NOTHING", {"tenant_id": tenant_id}
    )
    connection.execute("SELECT FROM device_seats WHERE tenant_id = %(tenant_id)s FOR UPDATE", {"tenant_id": tenant_id})
    return _read_seats(connection, tenant_id)


def _read_seats(connection: Connection, tenant_id: str) -> Seats:
    row = connection.execute(
        """
        SELECT coalesce(device_limit, %(default)s) AS device_limit, taken
        FROM device_seats
        WHERE tenant_id = %(tenant_id)s
        """,
        {"tenant_id": tenant_id, "default": DEFAULT_DEVICE_LIMIT},
    ).fetchone()
    device_limit, taken = (row["device_limit"], row["taken"]) if row else (DEFAULT_DEVICE_LIMIT, 0)
    return Seats(device_limit=device_limit, taken=taken, free=max(0, device_limit - taken))
