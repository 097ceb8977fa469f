"""Subscriptions of the demo: a year for each fleet, with room for many more devices, and a project that ends before."""

from datetime import timedelta

from pulse import clock
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.subscriptions.administration import NewSubscription, create_subscription
from pulse.subscriptions.lifecycle import SubscriptionKind
from pulse.subscriptions.subscription import Subscription

_YEAR = timedelta(days=365)
_PROJECT = timedelta(days=45)


def ensure_subscriptions(tenant_id: str, *, actor: str) -> None:
    """Enter the subscriptions of a demo tenant that has none."""
    operator = Principal(actor, actor, frozenset({Role.OPERATOR}), None)

    def enter(
        kind: SubscriptionKind, name: str, seats: int, term: timedelta | None, main: Subscription | None = None
    ) -> Subscription:
        wanted = NewSubscription(
            tenant_id=tenant_id,
            kind=kind,
            name=name,
            plan="standard",
            description="",
            device_limit=seats,
            term_end=None if term is None else clock.now() + term,
            parent_subscription_id=None if main is None else main.subscription_id,
        )
        return create_subscription(operator, wanted, origin=Origin(None, actor))

    main = enter(SubscriptionKind.MAIN, "Fleet", 1000, _YEAR)
    enter(SubscriptionKind.ADDON, "Second shift", 500, None, main=main)
    enter(SubscriptionKind.TEMPORARY, "Trade fair", 20, _PROJECT)
