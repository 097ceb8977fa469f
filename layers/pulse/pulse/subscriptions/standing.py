"""May a tenant's devices be heard, and may its people change anything? Asked for each message and each change."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.errors import NotPermittedError
from pulse.subscriptions.lifecycle import SubscriptionKind, SubscriptionStatus
from pulse.subscriptions.store import read_records
from pulse.subscriptions.view import summarize

_REMEMBERED_FOR: Final = timedelta(seconds=10)
_MOST_REMEMBERED: Final = 10_000
_remembered: dict[str, tuple[str | None, datetime]] = {}


class SubscriptionEndedError(NotPermittedError):
    """None of the tenant's subscriptions is in force: it may read, and ask for a renewal."""


def ended_subscriptions(connection: Connection, subscription_ids: Iterable[UUID]) -> dict[UUID, SubscriptionStatus]:
    """Those of the subscriptions that are not in force."""
    wanted = sorted(set(subscription_ids))
    if not wanted:
        return {}
    rows = connection.execute(
        """
        SELECT subscription_id, status
        FROM subscriptions
        WHERE subscription_id = ANY(%(subscription_ids)s) AND status IN ('SUSPENDED', 'EXPIRED')
        """,
        {"subscription_ids": wanted},
    )
    return {row["subscription_id"]: SubscriptionStatus(row["status"]) for row in rows}


def require_in_force(tenant_id: str) -> None:
    """Raise SubscriptionEndedError unless a tenant may change things; what was found out holds for 10 s."""
    now = clock.now()
    known = _remembered.get(tenant_id)
    if known is None or now - known[1] >= _REMEMBERED_FOR:
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        known = _remembered[tenant_id] = (_restriction(tenant_id), now)
    if known[0] is not None:
        raise SubscriptionEndedError(known[0])


def forget_standings() -> None:
    """Forget what is remembered. For tests, and for whoever changes a subscription."""
    _remembered.clear()


def _restriction(tenant_id: str) -> str | None:
    with tenant_session(tenant_id) as connection:
        records = read_records(connection, tenant_id)
    if not summarize(records).is_restricted:
        return None
    roots = [record for record in records if record.kind is not SubscriptionKind.ADDON]
    newest = max(roots, key=lambda record: record.life.term_end)
    return (
        f"your subscription {newest.name} has been {newest.life.status.lower()} since {newest.life.since:%Y-%m-%d}: "
        "you may read everything and change nothing; a tenant administrator can request a renewal"
    )
