"""Which device of ours a sender's device is; what is in no registry is noted as an external one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.devices.identification import find_addressed_devices, find_named_devices
from pulse.inbound.causes import KnownDevice, Origin
from pulse.inbound.identity import UNKNOWN, DeviceIdentity
from pulse.targets.target_store import names_of_hosts

MOST_NOTED: Final = 10_000
"""So many external devices of a tenant, and what one message adds; alerts about others open all the same."""
NOT_KNOWN: Final = KnownDevice(None, None, None)


def recognize_devices(
    connection: Connection, origin: Origin, identities: Iterable[DeviceIdentity], now: datetime
) -> Mapping[str, KnownDevice]:
    """What each of the devices is here, by its key: one of the registry, or an external one that is noted."""
    by_key = {identity.key: identity for identity in identities}
    known: dict[str, KnownDevice] = {UNKNOWN: NOT_KNOWN}
    known |= _by_name(connection, origin.tenant_id, by_key)
    known |= _by_address(connection, origin, {key: each for key, each in by_key.items() if key not in known})
    external = [identity for key, identity in by_key.items() if key not in known]
    unnoted = dict.fromkeys(by_key, NOT_KNOWN)
    return {**unnoted, **known, **_note(connection, origin, external, now)}


def _by_name(
    connection: Connection, tenant_id: str, identities: Mapping[str, DeviceIdentity]
) -> dict[str, KnownDevice]:
    names = {key: [name for name in (each.id, each.name) if name] for key, each in identities.items()}
    registered = find_named_devices(connection, tenant_id, {name for of in names.values() for name in of})
    found = {key: next((registered[name] for name in of if name in registered), None) for key, of in names.items()}
    return {key: KnownDevice(device.device_id, device.site_id, None) for key, device in found.items() if device}


def _by_address(
    connection: Connection, origin: Origin, identities: Mapping[str, DeviceIdentity]
) -> dict[str, KnownDevice]:
    """Devices that are tagged with the address where they speak, or are asked there as a target of their name.

    A private address means something in one network alone: that of the gateway, which is its site's.
    """
    addresses = {key: each.address for key, each in identities.items() if each.address}
    wanted = set(addresses.values())
    if not wanted:
        return {}
    found = find_addressed_devices(connection, origin.tenant_id, wanted, site_id=origin.site_id)
    names = names_of_hosts(connection, origin.tenant_id, wanted - found.keys(), gateway_device_id=origin.gateway_id)
    registered = find_named_devices(connection, origin.tenant_id, set(names.values()))
    found |= {address: registered[name] for address, name in names.items() if name in registered}
    return {
        key: KnownDevice(found[address].device_id, found[address].site_id, None)
        for key, address in addresses.items()
        if address in found
    }


def _note(
    connection: Connection, origin: Origin, identities: Iterable[DeviceIdentity], now: datetime
) -> dict[str, KnownDevice]:
    seen = [{"key": each.key, "name": each.label, "address": each.address} for each in identities]
    if not seen:
        return {}
    rows = connection.execute(
        """
        INSERT INTO external_devices (tenant_id, addon_id, key, name, address, source_id, first_seen_at, last_seen_at)
        SELECT %(tenant_id)s, %(addon_id)s, key, name, address, %(source_id)s, %(now)s, %(now)s
        FROM jsonb_to_recordset(%(seen)s) AS seen (key text, name text, address text)
        WHERE EXISTS (
                  SELECT FROM external_devices AS known
                  WHERE known.tenant_id = %(tenant_id)s AND known.addon_id = %(addon_id)s AND known.key = seen.key
              )
           OR (SELECT count(*) FROM external_devices WHERE tenant_id = %(tenant_id)s) < %(most)s
        ORDER BY key
        ON CONFLICT (tenant_id, addon_id, key) DO UPDATE
        SET name = excluded.name, address = coalesce(excluded.address, external_devices.address),
            source_id = excluded.source_id,
            last_seen_at = greatest(external_devices.last_seen_at, excluded.last_seen_at)
        RETURNING key, external_device_id
        """,
        {
            "tenant_id": origin.tenant_id,
            "addon_id": origin.addon_id,
            "source_id": origin.source_id,
            "now": now,
            "seen": Jsonb(seen),
            "most": MOST_NOTED,
        },
    )
    return {row["key"]: KnownDevice(None, None, row["external_device_id"]) for row in rows}
