"""Devices by what others call them."""

from collections.abc import Collection
from typing import NamedTuple

from pulse.database import Connection
from pulse.devices.fields import format_mac


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


def _address(name: str) -> str | None:
    """The MAC address that a name is, if it is one."""
    try:
        return format_mac(name) or None
    except ValueError:
        return None
