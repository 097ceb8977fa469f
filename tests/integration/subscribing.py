"""Subscriptions as an operator makes them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from pulse import clock
from pulse.devices.editing import create_device
from pulse.devices.registration import DeviceRegistration
from pulse.errors import ConflictError
from pulse.identity.permissions import Role
from pulse.identity.principal import Principal
from pulse.subscriptions.administration import NewSubscription, create_subscription
from pulse.subscriptions.lifecycle import SubscriptionKind
from pulse.subscriptions.standing import forget_standings
from pulse.subscriptions.subscription import Subscription
from tests.builders import ACTOR, ORIGIN


def operator(role: Role = Role.OPERATOR) -> Principal:
    """Somebody who works across tenants."""
    return Principal(str(uuid4()), "operator@pulse.example", frozenset({role}), None)


def subscribe(tenant_id: str, *, days: float = 365, **changes: Any) -> Subscription:
    """A subscription of a tenant, a MAIN of ten seats and a year unless it is said otherwise."""
    fields: dict[str, Any] = {"kind": SubscriptionKind.MAIN, "name": "Fleet", "device_limit": 10, **changes}
    is_addon = fields["kind"] is SubscriptionKind.ADDON
    wanted = NewSubscription(
        tenant_id=tenant_id,
        plan=fields.pop("plan", ""),
        description="",
        parent_subscription_id=fields.pop("parent_subscription_id", None),
        term_end=None if is_addon else clock.now() + timedelta(days=days),
        **fields,
    )
    forget_standings()
    return create_subscription(operator(), wanted, origin=ORIGIN)


def create_devices(tenant_id: str, names: list[str]) -> int:
    """Create devices one after the other, as another process does; return how many got a seat."""
    admin = Principal(str(uuid4()), ACTOR, frozenset({Role.TENANT_ADMIN}), tenant_id)
    created = 0
    for name in names:
        wanted = DeviceRegistration(device_id=name, site_id="hall-a", device_type="freezer")
        try:
            create_device(admin, wanted, origin=ORIGIN)
        except ConflictError:
            continue
        created += 1
    return created
