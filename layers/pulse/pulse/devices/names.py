"""What people call devices."""

from collections.abc import Collection

from pulse.database import Connection
from pulse.devices.registry import DeviceKey


def names_of(connection: Connection, devices: Collection[DeviceKey]) -> dict[DeviceKey, str]:
    """The names of those devices that have one; decommissioned ones keep theirs."""
    if not devices:
        return {}
    tenant_ids, device_ids = zip(*sorted(devices), strict=True)
    rows = connection.execute(
        """
        SELECT tenant_id, device_id, name
        FROM unnest(%(tenant_ids)s::text[], %(device_ids)s::text[]) AS wanted (tenant_id, device_id)
        JOIN devices USING (tenant_id, device_id)
        WHERE name <> ''
        """,
        {"tenant_ids": list(tenant_ids), "device_ids": list(device_ids)},
    )
    return {(row["tenant_id"], row["device_id"]): row["name"] for row in rows}
