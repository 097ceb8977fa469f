"""Devices by what others call them, and by their addresses."""

from collections.abc import Collection
from typing import Final, NamedTuple

from pulse.database import Connection
from pulse.devices.fields import format_mac

ADDRESS_TAG: Final = "ip_address"
"""The tag that says at which address a device is found in its site's network."""


class NamedDevice(NamedTuple):
    """A device of the registry that goes by a name."""

    device_id: str
    site_id: str


def find_named_devices(connection: Connection, tenant_id: str, names: Collection[str]) -> dict[str, NamedDevice]:
    """The tenant's devices in service whose id, serial number or MAC address is among the names, by that name.

    A MAC address is the same however its bytes are parted.
    A name that is the id of one and the serial number of another is the one's whose id it is; a serial number or
    address that several have names none of them.
    """
    if not names:
        return {}
    rows = connection.execute(
        """
        WITH wanted AS (
            SELECT called, address FROM unnest(%(names)s::text[], %(addresses)s::text[]) AS wanted (called, address)
        ),
        found AS (
            SELECT called, device_id, site_id, 1 AS place FROM wanted JOIN devices ON device_id = called
            WHERE tenant_id = %(tenant_id)s AND lifecycle <> 'DECOMMISSIONED'
            UNION
            SELECT called, device_id, site_id, 2 AS place FROM wanted JOIN devices ON serial_number = called
            WHERE serial_number <> '' AND tenant_id = %(tenant_id)s AND lifecycle <> 'DECOMMISSIONED'
            UNION
            SELECT called, device_id, site_id, 2 AS place FROM wanted JOIN devices ON lower(mac) = address
            WHERE mac <> '' AND tenant_id = %(tenant_id)s AND lifecycle <> 'DECOMMISSIONED'
        ),
        best AS (
            SELECT called, device_id, site_id, place,
                   min(place) OVER (PARTITION BY called) AS best_place,
                   count(*) OVER (PARTITION BY called, place) AS together
            FROM found
        )
        SELECT called, device_id, site_id FROM best WHERE place = best_place AND together = 1
        """,
        {"names": sorted(names), "addresses": [_address(name) for name in sorted(names)], "tenant_id": tenant_id},
    )
    return {row["called"]: NamedDevice(row["device_id"], row["site_id"]) for row in rows}


def find_addressed_devices(
    connection: Connection, tenant_id: str, addresses: Collection[str], *, site_id: str | None
) -> dict[str, NamedDevice]:
    """The tenant's devices in service that are tagged with one of the addresses, by it; those of one site, if given.

    Networks of two sites may have the same private addresses: an address that several devices have is none's.
    """
    if not addresses:
        return {}
    rows = connection.execute(
        """
        SELECT device_tags.value AS address, min(device_id) AS device_id, min(devices.site_id) AS site_id
        FROM device_tags
        JOIN devices USING (tenant_id, device_id)
        WHERE tenant_id = %(tenant_id)s AND tag = %(tag)s AND value = ANY(%(addresses)s)
          AND devices.lifecycle <> 'DECOMMISSIONED'
          AND (%(site_id)s::text IS NULL OR devices.site_id = %(site_id)s)
        GROUP BY device_tags.value
        HAVING count(*) = 1
        """,
        {"tenant_id": tenant_id, "tag": ADDRESS_TAG, "addresses": sorted(addresses), "site_id": site_id},
    )
    return {row["address"]: NamedDevice(row["device_id"], row["site_id"]) for row in rows}


def _address(name: str) -> str | None:
    """The MAC address that a name is, if it is one."""
    try:
        return format_mac(name) or None
    except ValueError:
        return None
