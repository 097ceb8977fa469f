"""The registry's table of devices: what people enter of each."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection

type Row = dict[str, Any]

REGISTERED: Final = (
    "device_id", "site_id", "device_type", "name", "tags", "model", "manufacturer", "serial_number", "mac", "imei",
    "iccid", "hardware_version", "firmware_version", "latitude", "longitude", "notes", "expected_interval_seconds",
    "parent_device_id",
)  # fmt: skip
"""The columns that are entered, by name as in `DeviceRegistration`."""

_ENTRY: Final = sql.SQL("""
    AS entry (device_id text, site_id text, device_type text, name text, tags jsonb, model text, manufacturer text,
              serial_number text, mac text, imei text, iccid text, hardware_version text, firmware_version text,
              latitude double precision, longitude double precision, notes text, expected_interval_seconds integer,
              parent_device_id text, subscription_id uuid)
""")
_COLUMNS: Final = sql.SQL(", ").join(sql.Identifier(name) for name in REGISTERED)


def read_device_row(connection: Connection, tenant_id: str, device_id: str, *, lock: bool = False) -> Row | None:
    """One device's entry, locked until the transaction ends if it is to be changed."""
    rows = read_device_rows(connection, tenant_id, [device_id], lock=lock)
    return rows.get(device_id)


def read_device_rows(
    connection: Connection, tenant_id: str, device_ids: Sequence[str], *, lock: bool = False
) -> dict[str, Row]:
    """The entries of those that exist, locked in the order of their ids."""
    rows = connection.execute(
        sql.SQL("""
            SELECT {columns}, lifecycle, version
            FROM devices
            WHERE tenant_id = %(tenant_id)s AND device_id = ANY(%(device_ids)s)
            ORDER BY device_id
            {lock}
        """).format(columns=_COLUMNS, lock=sql.SQL("FOR NO KEY UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "device_ids": list(device_ids)},
    )
    return {row["device_id"]: row for row in rows}


def registered_fields(row: Mapping[str, Any]) -> Row:
    """What of a row people have entered."""
    return {name: row[name] for name in REGISTERED}


def insert_devices(
    connection: Connection, tenant_id: str, devices: Sequence[Mapping[str, Any]], seats: Sequence[UUID | None]
) -> None:
    """New devices, each with its seat, PENDING until they are heard of. Raises psycopg.errors.UniqueViolation.

    One whose id a deleted device had begins with what is read after that was deleted.
    """
    entries = [
        {**device, "subscription_id": str(seat) if seat is not None else None}
        for device, seat in zip(devices, seats, strict=True)
    ]
    parameters = {"tenant_id": tenant_id, "devices": Jsonb(entries)}
    connection.execute(
        sql.SQL("""
            INSERT INTO devices (tenant_id, {columns}, subscription_id, readings_since)
            SELECT %(tenant_id)s, {columns}, subscription_id,
                   (SELECT deleted_at FROM deleted_devices
                    WHERE deleted_devices.tenant_id = %(tenant_id)s AND deleted_devices.device_id = entry.device_id)
            FROM jsonb_to_recordset(%(devices)s) {entry}
        """).format(columns=_COLUMNS, entry=_ENTRY),
        parameters,
    )
    connection.execute(
        """
        INSERT INTO device_state (tenant_id, device_id)
        SELECT %(tenant_id)s, device_id FROM jsonb_to_recordset(%(devices)s) AS entry (device_id text)
        """,
        parameters,
    )


def update_devices(connection: Connection, tenant_id: str, devices: Sequence[Mapping[str, Any]]) -> None:
    """Everything that is entered of locked devices but their ids."""
    updates = [sql.SQL("{0} = entry.{0}").format(sql.Identifier(name)) for name in REGISTERED if name != "device_id"]
    connection.execute(
        sql.SQL("""
            UPDATE devices
            SET {updates}, updated_at = now(), version = devices.version + 1
            FROM jsonb_to_recordset(%(devices)s) {entry}
            WHERE devices.tenant_id = %(tenant_id)s AND devices.device_id = entry.device_id
        """).format(updates=sql.SQL(", ").join(updates), entry=_ENTRY),
        {"tenant_id": tenant_id, "devices": Jsonb([dict(device) for device in devices])},
    )


def delete_device(connection: Connection, tenant_id: str, device_id: str) -> None:
    """Take a device away, with its state, its status log and its credentials' entries, and remember its id."""
    connection.execute(
        """
        INSERT INTO deleted_devices (tenant_id, device_id) VALUES (%(tenant_id)s, %(device_id)s)
        ON CONFLICT (tenant_id, device_id) DO UPDATE SET deleted_at = excluded.deleted_at
        """,
        {"tenant_id": tenant_id, "device_id": device_id},
    )
    connection.execute(
        "DELETE FROM devices WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s",
        {"tenant_id": tenant_id, "device_id": device_id},
    )
