"""What the tenants' devices may do at the broker, brought up to date by each deploy."""

from pulse.database import ingest_session
from pulse.devices.broker import ensure_tenant_policy
from pulse.logging import logger


def renew_policies() -> int:
    """Have every tenant's policy at the broker say what it should; return how many did not. Repeating it is fine.

    Devices are not cut off: AWS IoT judges the next packet by the version that holds then.
    """
    with ingest_session() as connection:
        rows = connection.execute("SELECT tenant_id FROM tenants WHERE status <> 'DELETED' ORDER BY tenant_id")
        tenant_ids = [row["tenant_id"] for row in rows]
    renewed = [tenant_id for tenant_id in tenant_ids if ensure_tenant_policy(tenant_id)]
    logger.info("policies_renewed", tenants=len(tenant_ids), renewed=renewed)
    return len(renewed)
