"""A subscription as those who tell people of its end need it, read again right before they do."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.subscriptions import store
from pulse.subscriptions.lifecycle import SubscriptionStatus


class Ending(NamedTuple):
    """A subscription at this moment."""

    subscription_id: UUID
    name: str
    status: SubscriptionStatus
    term_end: datetime

    def reason_not_to_tell(self, *, days: int, noticed_at: datetime) -> str | None:
        """Why a notice that was due then, so many days before the end, is pointless now; None when it is not."""
        if not self.status.is_within_term:
            return f"the subscription is {self.status.lower()}"
        if self.term_end - timedelta(days=days) != noticed_at:
            return f"the term ends on {self.term_end:%Y-%m-%d} now"
        return None


def read_ending(connection: Connection, tenant_id: str, subscription_id: UUID) -> Ending | None:
    """A subscription of a tenant, if there is such a one."""
    try:
        record = store.find_record(connection, subscription_id, tenant_id=tenant_id)
    except NotFoundError:
        return None
    return Ending(record.subscription_id, record.name, record.life.status, record.life.term_end)
