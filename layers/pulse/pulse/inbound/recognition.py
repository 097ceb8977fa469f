"""Which device of ours a sender's device is; what is in no registry is noted as an external one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.devices.identification import find_named_devices
from pulse.inbound.causes import KnownDevice, Origin
from pulse.inbound.identity import UNKNOWN, DeviceIdentity

MOST_NOTED: Final = 10_000
"""So many external devices of a tenant, and what one message adds; alerts about others open all the same."""
NOT_KNOWN: Final = KnownDevice(None, None, None)


def recognize_devices(
    connection: Connection, origin: Origin, identities: Iterable[DeviceIdentity], now: datetime
) -> Mapping[str, KnownDevice]:
    """What each of the devices is here, by its key: one of the registry, or an external one that is noted."""
    by_key = {identity.key: identity for identity in identities}
    names = {key: [name for name in (identity.id, identity.name) if name] for key, identity in by_key.items()}
    registered = find_named_devices(connection, origin.tenant_id, {name for of in names.values() for name in of})
    known: dict[str, KnownDevice] = {UNKNOWN: NOT_KNOWN}
    for key, of_device in names.items():
        found = next((registered[name] for name in of_device if name in registered), None)
        if found is not None:
            known[key] = KnownDevice(found.device_id, found.site_id, None)
    external = [identity for key, identity in by_key.items() if key not in known]
    unnoted = dict.fromkeys(by_key, NOT_KNOWN)
    return {**unnoted, **known, **_note(connection, origin, external, now)}


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
