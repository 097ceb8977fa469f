"""Moving devices from one subscription to another of the same tenant."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices.assignment import assign, lock_assignments
from pulse.devices.seats import NoSeatError, lock_seats
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session, record_change
from pulse.subscriptions import seat_store, store
from pulse.subscriptions.history import Happening, append_events
from pulse.subscriptions.lifecycle import SubscriptionKind
from pulse.subscriptions.subscription import Subscription
from pulse.subscriptions.view import shown


def move_devices(actor: Principal, subscription_id: UUID, device_ids: Sequence[str], *, origin: Origin) -> Subscription:
    """Give devices seats of a subscription of their tenant, all of them or none.

    Raises NotPermittedError, NotFoundError, InvalidInputError for an ADDON, NoSeatError.
    """
    tenant_id = actor.require(Permission.MANAGE_SUBSCRIPTIONS)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        return _move(connection, tenant_id, subscription_id, device_ids, actor=actor, origin=origin, now=now)


def move_devices_of_any(
    actor: Principal, subscription_id: UUID, device_ids: Sequence[str], *, origin: Origin
) -> Subscription:
    """The same for an operator; the devices are those of the subscription's tenant. Raises as `move_devices`."""
    now = clock.now()
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_SUBSCRIPTIONS,
        action="subscriptions.move_devices",
        origin=origin,
        subject=str(subscription_id),
        write=True,
    ) as connection:
        tenant_id = store.find_record(connection, subscription_id, tenant_id=None).tenant_id
        return _move(connection, tenant_id, subscription_id, device_ids, actor=actor, origin=origin, now=now)


def _move(
    connection: Connection,
    tenant_id: str,
    subscription_id: UUID,
    device_ids: Sequence[str],
    *,
    actor: Principal,
    origin: Origin,
    now: datetime,
) -> Subscription:
    target = store.find_record(connection, subscription_id, tenant_id=tenant_id)
    if target.kind is SubscriptionKind.ADDON:
        reason = "must not be an ADDON's: its seats are its MAIN's"
        raise InvalidInputError(f"subscription_id {reason}", errors=(FieldError("subscription_id", reason),))
    lock_seats(connection, tenant_id)
    rooms = {room.subscription_id: room for room in seat_store.lock_rooms(connection, tenant_id)}
    held = lock_assignments(connection, tenant_id, list(dict.fromkeys(device_ids)))
    moving = {device_id: from_id for device_id, from_id in held.items() if from_id != subscription_id}
    room = rooms[subscription_id]
    if not room.is_in_force:
        message = f"{target.name} is {target.life.status}; devices are moved to a subscription that is in force"
        raise NoSeatError(message)
    if len(moving) > room.free:
        message = f"{target.name} has {room.free} free seats, and {len(moving)} are needed"
        raise NoSeatError(message)
    if moving:
        left = Counter(from_id for from_id in moving.values() if from_id is not None)
        changes = {from_id: -count for from_id, count in left.items()} | {subscription_id: len(moving)}
        seat_store.change_counts(connection, tenant_id, changes)
        assign(connection, tenant_id, list(moving), subscription_id)
        status = target.life.status
        detail = {"device_ids": sorted(moving), "from": {str(from_id): count for from_id, count in left.items()}}
        append_events(
            connection,
            [Happening(tenant_id, subscription_id, now, "devices_moved", actor.name, status, status, detail)],
        )
        record_change(
            connection,
            actor=actor,
            origin=origin,
            tenant_id=tenant_id,
            action="subscription.move_devices",
            subject=str(subscription_id),
            before={"devices": {device: str(from_id) if from_id else None for device, from_id in moving.items()}},
            after={"devices": dict.fromkeys(moving, str(subscription_id))},
        )
    return shown(store.find_record(connection, subscription_id, tenant_id=tenant_id), now)
