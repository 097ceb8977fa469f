"""A year after a tenant's last subscription expired the tenant is deleted: softly, some at a time, announced.

Nobody is deleted who was not told: a week has passed since the last notice, however late the sweep gave it.
"""

from datetime import datetime, timedelta
from typing import Final

from pulse import clock
from pulse.clock import format_instant
from pulse.database import ingest_session
from pulse.events.outbox import Event, add_events, publish_after_commit
from pulse.operations.audit import record_change
from pulse.subscriptions import expiry_store
from pulse.subscriptions.lifecycle import DATA_KEPT, WARNED_FOR
from pulse.tenants.registry import delete_tenants
from pulse.tenants.status import TenantStatus

_BATCH: Final = 100
_ACTOR: Final = "system"


def delete_expired_tenants(now: datetime, *, budget: timedelta) -> int:
    """Delete tenants whose data need not be kept any longer, at most for `budget`; return how many these were.

    As when an operator deletes one, nobody of it is let in for good, and what it had stays in the tables unseen.
    """
    give_up_at = clock.now() + budget
    deleted, after = 0, ""
    while clock.now() < give_up_at:
        with ingest_session() as connection:
            expired = expiry_store.lock_expired(
                connection, before=now - DATA_KEPT, noticed_before=now - WARNED_FOR, after=after, limit=_BATCH
            )
            gone = delete_tenants(connection, list(expired), now=now)
            for tenant_id in gone:
                record_change(
                    connection,
                    actor=_ACTOR,
                    tenant_id=tenant_id,
                    action="tenant.delete_expired",
                    subject=tenant_id,
                    after={"status": TenantStatus.DELETED.value, "expired_at": format_instant(expired[tenant_id])},
                )
            add_events(connection, [_deleted(tenant_id, expired[tenant_id]) for tenant_id in gone])
        deleted += len(gone)
        if len(expired) < _BATCH:
            break
        after = max(expired)
    if deleted:
        publish_after_commit()
    return deleted


def _deleted(tenant_id: str, expired_at: datetime) -> Event:
    return Event(
        tenant_id,
        "tenant.deleted",
        {"reason": "the last subscription expired a year ago", "expired_at": format_instant(expired_at)},
    )
