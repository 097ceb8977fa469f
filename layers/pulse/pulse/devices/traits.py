"""What alerts ask of devices: where they are, what they are, which tags they have, what they are reached through."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pulse.database import Connection
from pulse.devices.registry import DeviceKey, as_records


class DeviceTraits(NamedTuple):
    """What a device can be chosen by."""

    tenant_id: str
    device_id: str
    site_id: str
    device_type: str
    tags: Mapping[str, str]

    @property
    def key(self) -> DeviceKey:
        """What identifies the device."""
        return (self.tenant_id, self.device_id)


def load_traits(connection: Connection, keys: Iterable[DeviceKey]) -> dict[DeviceKey, DeviceTraits]:
    """The traits of those devices that exist."""
    rows = connection.execute(
        """
        SELECT devices.tenant_id, devices.device_id, devices.site_id, devices.device_type, devices.tags
        FROM jsonb_to_recordset(%(wanted)s) AS wanted (tenant_id text, device_id text)
        JOIN devices USING (tenant_id, device_id)
        """,
        {"wanted": as_records(set(keys))},
    )
    traits = (DeviceTraits(**row) for row in rows)
    return {device.key: device for device in traits}


def list_traits(
    connection: Connection, tenant_id: str, *, after: str, limit: int, site_id: str | None = None
) -> list[DeviceTraits]:
    """Devices of a tenant, or of a site, that were not decommissioned, in the order of ids, following one of them."""
    rows = connection.execute(
        """
        SELECT tenant_id, device_id, site_id, device_type, tags
        FROM devices
        WHERE tenant_id = %(tenant_id)s AND lifecycle <> 'DECOMMISSIONED' AND device_id > %(after)s
          AND (%(site_id)s::text IS NULL OR site_id = %(site_id)s)
        ORDER BY device_id
        LIMIT %(limit)s
        """,
        {"tenant_id": tenant_id, "after": after, "limit": limit, "site_id": site_id},
    )
    return [DeviceTraits(**row) for row in rows]


def load_parents(connection: Connection, keys: Iterable[DeviceKey]) -> dict[DeviceKey, str]:
    """The device that each of these is reached through, for those that are reached through one."""
    rows = connection.execute(
        """
        SELECT devices.tenant_id, devices.device_id, devices.parent_device_id
        FROM jsonb_to_recordset(%(wanted)s) AS wanted (tenant_id text, device_id text)
        JOIN devices USING (tenant_id, device_id)
        WHERE devices.parent_device_id IS NOT NULL
        """,
        {"wanted": as_records(set(keys))},
    )
    return {(row["tenant_id"], row["device_id"]): row["parent_device_id"] for row in rows}


def load_children(connection: Connection, keys: Iterable[DeviceKey]) -> dict[DeviceKey, str]:
    """The devices that are reached through one of these, each with it."""
    rows = connection.execute(
        """
        SELECT devices.tenant_id, devices.device_id, devices.parent_device_id
        FROM jsonb_to_recordset(%(wanted)s) AS wanted (tenant_id text, device_id text)
        JOIN devices ON devices.tenant_id = wanted.tenant_id AND devices.parent_device_id = wanted.device_id
        """,
        {"wanted": as_records(set(keys))},
    )
    return {(row["tenant_id"], row["device_id"]): row["parent_device_id"] for row in rows}
