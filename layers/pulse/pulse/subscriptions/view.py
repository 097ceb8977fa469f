"""Subscriptions as people see them. Pure."""

from collections.abc import Iterable
from datetime import datetime

from pulse.subscriptions.lifecycle import SubscriptionKind, days_until
from pulse.subscriptions.subscription import Record, Subscription, SubscriptionSummary


def shown(record: Record, now: datetime) -> Subscription:
    """One subscription at this moment."""
    life = record.life
    return Subscription(
        subscription_id=record.subscription_id,
        tenant_id=record.tenant_id,
        kind=record.kind,
        parent_subscription_id=record.parent_subscription_id,
        name=record.name,
        plan=record.plan,
        description=record.description,
        status=life.status,
        status_since=life.since,
        status_reason=record.status_reason,
        term_start=record.term_start,
        term_end=life.term_end,
        days_left=days_until(life.term_end, now),
        status_ends_at=life.ends_at,
        data_kept_until=life.kept_until,
        device_limit=record.device_limit,
        seat_limit=record.seat_limit,
        devices=record.devices,
        seats_free=record.seats_free,
        created_at=record.created_at,
        updated_at=record.updated_at,
        version=record.version,
    )


def summarize(records: Iterable[Record]) -> SubscriptionSummary:
    """What a tenant's subscriptions come to together."""
    roots = [record for record in records if record.kind is not SubscriptionKind.ADDON]
    in_force = [record for record in roots if record.life.status.is_in_force]
    return SubscriptionSummary(
        is_restricted=bool(roots) and not in_force,
        seat_limit=sum(record.seat_limit for record in in_force),
        devices=sum(record.devices for record in in_force),
        seats_free=sum(record.seats_free for record in in_force),
    )
