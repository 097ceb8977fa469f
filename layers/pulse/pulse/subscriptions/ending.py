"""A subscription as those who tell people of its end need it, read again right before they do."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.subscriptions import expiry_store, store
from pulse.subscriptions.lifecycle import SubscriptionStatus


class Ending(NamedTuple):
    """A subscription at this moment, and until when the tenant's data are kept if it is the last that expired."""

    subscription_id: UUID
    name: str
    status: SubscriptionStatus
    term_end: datetime
    kept_until: datetime | None

    def reason_not_to_tell(self, *, days: int, noticed_at: datetime) -> str | None:
        """Why a notice that was due then, so many days before the end, is pointless now; None when it is not."""
        if not self.status.is_within_term:
            return f"the subscription is {self.status.lower()}"
        if self.term_end - timedelta(days=days) != noticed_at:
            return f"the term ends on {self.term_end:%Y-%m-%d} now"
        return None

    def reason_not_to_warn(self, *, days: int, noticed_at: datetime) -> str | None:
        """The same of a notice before the tenant's data are deleted."""
        if self.kept_until is None:
            return "the tenant has a subscription that is not expired, or that expired later"
        if self.kept_until - timedelta(days=days) != noticed_at:
            return f"the data are kept until {self.kept_until:%Y-%m-%d} now"
        return None


def read_ending(connection: Connection, tenant_id: str, subscription_id: UUID) -> Ending | None:
    """A subscription of a tenant, if there is such a one."""
    try:
        record = store.find_record(connection, subscription_id, tenant_id=tenant_id)
    except NotFoundError:
        return None
    is_last = expiry_store.read_last_to_expire(connection, [tenant_id]).get(tenant_id) == subscription_id
    kept_until = record.life.kept_until if is_last else None
    return Ending(record.subscription_id, record.name, record.life.status, record.life.term_end, kept_until)
