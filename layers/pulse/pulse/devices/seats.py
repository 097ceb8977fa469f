"""Device seats: how many devices a tenant may have. Whoever adds devices takes seats in the same transaction.

This is the one place that knows where the limit comes from: the tenant's subscriptions, or where it has none a number
for each tenant. A seat is taken under a row lock, so that of two who want the last one the second is refused.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from pydantic import Field

from pulse.database import Connection, tenant_session
from pulse.devices.assignment import assign, lock_assignments
from pulse.errors import ConflictError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import audited_operator_session, record_change
from pulse.subscriptions import seat_store
from pulse.subscriptions.allocation import allocate
from pulse.tenants.registry import get_tenant, lock_tenant

DEFAULT_DEVICE_LIMIT: Final = 100_000


class Seats(Model):
    """How many devices a tenant may have, and has, without decommissioned ones: taken = device_limit - free + over."""

    device_limit: int = Field(description="Of all subscriptions that are in force together")
    taken: int = Field(description="Devices that there are")
    free: int = Field(description="How many more devices may be added")
    over: int = Field(description="Devices above the limit of their subscription, or of one that is not in force")


class NoSeatError(ConflictError):
    """The tenant has as many devices as it may have."""

    def __init__(
        self, message: str = "all device seats are taken; decommission a device, or ask for a higher limit"
    ) -> None:
        super().__init__(message)


class NoSubscriptionError(NoSeatError):
    """The tenant has subscriptions, and none of them is in force."""

    def __init__(self) -> None:
        super().__init__("no subscription is in force; renew one before devices are added")


def get_seats(tenant_id: str) -> Seats:
    """A tenant's seats."""
    with tenant_session(tenant_id) as connection:
        return _read_seats(connection, tenant_id)


def set_device_limit(actor: Principal, tenant_id: str, device_limit: int, *, origin: Origin) -> Seats:
    """Say how many devices a tenant without subscriptions may have; those above a lowered limit stay.

    Raises NotPermittedError, NotFoundError, ConflictError when it has subscriptions: their seats are what counts.
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
        if seat_store.read_rooms(connection, tenant_id):
            message = "the tenant has subscriptions, whose seats count; change the device_limit of one of them instead"
            raise ConflictError(message)
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


def take_seats(connection: Connection, tenant_id: str, count: int = 1) -> list[UUID | None]:
    """Take seats for devices that are added in this transaction; return each one's subscription.

    That is None where the tenant has no subscription. Raises NoSeatError when not that many are free.
    """
    row = connection.execute(
        """
        INSERT INTO device_seats (tenant_id, taken)
        VALUES (%(tenant_id)s, %(count)s)
        ON CONFLICT (tenant_id) DO UPDATE
        SET taken = device_seats.taken + excluded.taken
        RETURNING taken, coalesce(device_limit, %(default)s) AS device_limit
        """,
        {"tenant_id": tenant_id, "count": count, "default": DEFAULT_DEVICE_LIMIT},
    ).fetchone()
    assert row is not None
    rooms = seat_store.lock_rooms(connection, tenant_id)
    if not rooms:
        if row["taken"] > row["device_limit"]:
            raise NoSeatError
        return [None] * count
    if not any(room.is_in_force for room in rooms):
        raise NoSubscriptionError
    seats = allocate(rooms, count)
    if seats is None:
        raise NoSeatError
    seat_store.take(connection, tenant_id, seats)
    return list(seats)


def free_seats(connection: Connection, tenant_id: str, device_ids: Sequence[str]) -> None:
    """Give back the seats of devices that are decommissioned in this transaction, which holds the tenant's seats."""
    connection.execute(
        "UPDATE device_seats SET taken = greatest(taken - %(count)s, 0) WHERE tenant_id = %(tenant_id)s",
        {"tenant_id": tenant_id, "count": len(device_ids)},
    )
    held = Counter(
        subscription_id
        for subscription_id in lock_assignments(connection, tenant_id, device_ids).values()
        if subscription_id is not None
    )
    if held:
        seat_store.change_counts(connection, tenant_id, {seat: -devices for seat, devices in held.items()})
        assign(connection, tenant_id, device_ids, None)


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
    rooms = seat_store.read_rooms(connection, tenant_id)
    if rooms:
        seat_limit = seat_store.read_seat_limit(connection, tenant_id)
        free = sum(room.free for room in rooms)
        return Seats(device_limit=seat_limit, taken=taken, free=free, over=taken - (seat_limit - free))
    return Seats(
        device_limit=device_limit,
        taken=taken,
        free=max(0, device_limit - taken),
        over=max(0, taken - device_limit),
    )
