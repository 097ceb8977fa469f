"""Is a tenant in business? Asked for every request, answered from memory for half a minute."""

from datetime import datetime, timedelta
from enum import StrEnum

from pulse import clock
from pulse.database import tenant_session

_REMEMBERED_FOR = timedelta(seconds=30)
_remembered: dict[str, tuple["TenantStatus | None", datetime]] = {}


class TenantStatus(StrEnum):
    """SUSPENDED and DELETED tenants are let in nowhere."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    DELETED = "DELETED"


def tenant_status(tenant_id: str) -> TenantStatus | None:
    """The tenant's status, at most 30 s old; None when there is no such tenant. Raises psycopg.Error."""
    now = clock.now()
    known = _remembered.get(tenant_id)
    if known is not None and now - known[1] < _REMEMBERED_FOR:
        return known[0]
    with tenant_session(tenant_id) as connection:
        row = connection.execute(
            "SELECT status FROM tenants WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
        ).fetchone()
    status = TenantStatus(row["status"]) if row else None
    _remembered[tenant_id] = (status, now)
    return status


def forget_statuses() -> None:
    """Forget what is remembered. For tests."""
    _remembered.clear()
