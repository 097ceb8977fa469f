"""What tenants and operators see of subscriptions."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices.assignment import DevicePosition, list_assigned
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session
from pulse.subscriptions import history, store
from pulse.subscriptions.subscription import (
    EventList,
    EventPosition,
    Subscription,
    SubscriptionFilter,
    SubscriptionList,
    SubscriptionPosition,
    SubscriptionSort,
    SubscriptionSummary,
    TenantSubscription,
)
from pulse.subscriptions.view import shown, summarize
from pulse.tenants.registry import names_of_tenants


class AssignedDevices(NamedTuple):
    """A page of device ids, and where the next one starts (None after the last)."""

    device_ids: list[str]
    next_position: DevicePosition | None


def list_subscriptions(
    tenant_id: str, wanted: SubscriptionFilter, *, limit: int, after: SubscriptionPosition | None
) -> tuple[SubscriptionList[Subscription], SubscriptionSummary]:
    """A page of a tenant's subscriptions, and what all of them come to."""
    with tenant_session(tenant_id) as connection:
        page = _page(connection, wanted._replace(tenant_id=tenant_id), limit, after)
        return page, summarize(store.read_records(connection, tenant_id))


def get_subscription(tenant_id: str, subscription_id: UUID) -> Subscription:
    """One of a tenant's subscriptions. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return shown(store.find_record(connection, subscription_id, tenant_id=tenant_id), clock.now())


def list_devices_of_subscription(
    tenant_id: str, subscription_id: UUID, *, limit: int, after: DevicePosition | None
) -> AssignedDevices:
    """A page of the devices that have its seats. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        store.find_record(connection, subscription_id, tenant_id=tenant_id)
        found = list_assigned(connection, tenant_id, subscription_id, limit=limit, after=after)
    page = found[:limit]
    return AssignedDevices(page, DevicePosition(page[-1]) if len(found) > limit else None)


def list_history(tenant_id: str, *, subscription_id: UUID | None, limit: int, after: EventPosition | None) -> EventList:
    """A page of the history of a tenant's subscriptions, or of one of them. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _history(connection, tenant_id, subscription_id, limit, after)


def list_subscriptions_of_all(
    actor: Principal,
    wanted: SubscriptionFilter,
    *,
    sort: SubscriptionSort = SubscriptionSort.TERM_END,
    descending: bool = False,
    limit: int,
    after: SubscriptionPosition | None,
    origin: Origin,
) -> SubscriptionList[TenantSubscription]:
    """A page of subscriptions across tenants, for an operator. Raises NotPermittedError."""
    with audited_operator_session(
        actor,
        Permission.OPERATOR_READ_SUBSCRIPTIONS,
        action="subscriptions.list",
        origin=origin,
        tenant_id=wanted.tenant_id,
    ) as connection:
        page = _page(connection, wanted, limit, after, sort=sort, descending=descending)
        return SubscriptionList(_with_names(connection, page.subscriptions), page.next_position, page.total)


def get_subscription_of_any(actor: Principal, subscription_id: UUID, *, origin: Origin) -> TenantSubscription:
    """One subscription, for an operator. Raises NotPermittedError, NotFoundError."""
    with audited_operator_session(
        actor,
        Permission.OPERATOR_READ_SUBSCRIPTIONS,
        action="subscriptions.get",
        origin=origin,
        subject=str(subscription_id),
    ) as connection:
        found = shown(store.find_record(connection, subscription_id, tenant_id=None), clock.now())
        return _with_names(connection, [found])[0]


def list_history_of_any(
    actor: Principal, subscription_id: UUID, *, limit: int, after: EventPosition | None, origin: Origin
) -> EventList:
    """A page of a subscription's history, for an operator. Raises NotPermittedError, NotFoundError."""
    with audited_operator_session(
        actor,
        Permission.OPERATOR_READ_SUBSCRIPTIONS,
        action="subscriptions.history",
        origin=origin,
        subject=str(subscription_id),
    ) as connection:
        tenant_id = store.find_record(connection, subscription_id, tenant_id=None).tenant_id
        return _history(connection, tenant_id, subscription_id, limit, after)


def _page(
    connection: Connection,
    wanted: SubscriptionFilter,
    limit: int,
    after: SubscriptionPosition | None,
    *,
    sort: SubscriptionSort = SubscriptionSort.TERM_END,
    descending: bool = False,
) -> SubscriptionList[Subscription]:
    records, total = store.list_records(connection, wanted, sort=sort, descending=descending, limit=limit, after=after)
    now = clock.now()
    page = [shown(record, now) for record in records[:limit]]
    position = _position(sort, page[-1]) if len(records) > limit else None
    return SubscriptionList(page, position, total)


def _with_names(connection: Connection, subscriptions: Sequence[Subscription]) -> list[TenantSubscription]:
    names = names_of_tenants(connection, {subscription.tenant_id for subscription in subscriptions})
    return [
        TenantSubscription(**subscription.model_dump(), tenant_name=names[subscription.tenant_id])
        for subscription in subscriptions
    ]


def _position(sort: SubscriptionSort, last: Subscription) -> SubscriptionPosition:
    return SubscriptionPosition(
        sort, last.term_end, last.name, last.tenant_id, last.status, last.devices, last.subscription_id
    )


def _history(
    connection: Connection, tenant_id: str, subscription_id: UUID | None, limit: int, after: EventPosition | None
) -> EventList:
    if subscription_id is not None:
        store.find_record(connection, subscription_id, tenant_id=tenant_id)
    found = history.list_events(
        connection, tenant_id=tenant_id, subscription_id=subscription_id, limit=limit, after=after
    )
    page = found[:limit]
    return EventList(page, EventPosition(page[-1].time, page[-1].event_id) if len(found) > limit else None)
