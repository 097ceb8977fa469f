"""Events about subscriptions, written in the transaction of the change that they tell of."""

from datetime import datetime
from typing import Any

from pulse.clock import format_instant
from pulse.events.outbox import Event
from pulse.subscriptions.subscription import Record, Renewal


def subscription_created(record: Record, *, by: str) -> Event:
    """An operator has entered it."""
    return Event(record.tenant_id, "subscription.created", _as_it_is(record, by=by))


def subscription_changed(record: Record, *, by: str) -> Event:
    """An operator has changed what it is called, its seats or the end of its term."""
    return Event(record.tenant_id, "subscription.changed", _as_it_is(record, by=by))


def subscription_ending(record: Record, *, days: int) -> Event:
    """Its term ends in so many days."""
    return Event(record.tenant_id, "subscription.ending", {**_term_of(record), "days_left": days})


def tenant_deletion_near(record: Record, *, days: int, kept_until: datetime) -> Event:
    """The tenant's last subscription expired, and in so many days the tenant is deleted."""
    return Event(
        record.tenant_id,
        "tenant.deletion_near",
        {**_term_of(record), "days_left": days, "kept_until": format_instant(kept_until)},
    )


def subscription_status_changed(record: Record, *, from_status: str, to_status: str, by: str) -> Event:
    """It has come to another status."""
    return Event(
        record.tenant_id,
        "subscription.status_changed",
        {**_term_of(record), "from_status": from_status, "to_status": to_status, "by": by},
    )


def subscription_renewed(record: Record, *, by: str) -> Event:
    """An operator has granted a further term."""
    return Event(
        record.tenant_id,
        "subscription.renewed",
        {**_term_of(record), "device_limit": record.device_limit, "by": by},
    )


def renewal_requested(renewal: Renewal) -> Event:
    """A tenant's administrator asks for a further term."""
    return Event(
        renewal.tenant_id,
        "subscription.renewal_requested",
        {
            **_renewal(renewal),
            "term_days": renewal.term_days,
            "device_limit": renewal.device_limit,
            "by": renewal.requested_by,
        },
    )


def renewal_refused(renewal: Renewal) -> Event:
    """An operator does not grant what was asked for."""
    return Event(
        renewal.tenant_id,
        "subscription.renewal_refused",
        {**_renewal(renewal), "reason": renewal.decision, "by": renewal.decided_by},
    )


def _term_of(record: Record) -> dict[str, Any]:
    """Which subscription, and until when it runs."""
    return {
        "subscription_id": str(record.subscription_id),
        "name": record.name,
        "kind": record.kind.value,
        "term_end": format_instant(record.life.term_end),
    }


def _as_it_is(record: Record, *, by: str) -> dict[str, Any]:
    return {
        **_term_of(record),
        "status": record.life.status.value,
        "device_limit": record.device_limit,
        "by": by,
    }


def _renewal(renewal: Renewal) -> dict[str, Any]:
    return {
        "renewal_id": str(renewal.renewal_id),
        "subscription_id": str(renewal.subscription_id),
        "name": renewal.subscription_name,
    }
