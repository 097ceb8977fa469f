"""The exceptions that tenants have from the limits, for those who administer them."""

from collections.abc import Iterable

from pulse.database import Connection
from pulse.limits.definitions import LimitName


def exceptions_of(connection: Connection, tenant_ids: Iterable[str]) -> dict[str, dict[LimitName, str]]:
    """Each tenant's exceptions as text, `100:60,1000:3600`; a tenant without any is there too."""
    wanted = list(tenant_ids)
    rows = connection.execute(
        """
        SELECT tenant_id, name, rates
        FROM tenant_limits
        WHERE tenant_id = ANY(%(tenant_ids)s)
        ORDER BY tenant_id, name
        """,
        {"tenant_ids": wanted},
    ).fetchall()
    exceptions: dict[str, dict[LimitName, str]] = {tenant_id: {} for tenant_id in wanted}
    for row in rows:
        if row["name"] in set(LimitName):
            exceptions[row["tenant_id"]][LimitName(row["name"])] = row["rates"]
    return exceptions
