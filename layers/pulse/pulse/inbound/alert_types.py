"""Which types of alerts addons can bring."""

from pulse.database import Connection
from pulse.inbound import addon_store
from pulse.inbound.built_in import built_in_addons


def addon_alert_types(connection: Connection, tenant_id: str) -> frozenset[str]:
    """Types of addons that come with Pulse, enabled or not, and of the tenant's own in their newest versions."""
    own = (upload.manifest for upload in addon_store.newest_uploads(connection, tenant_id).values())
    return frozenset(name for manifest in (*built_in_addons().values(), *own) for name in manifest.definitions)
