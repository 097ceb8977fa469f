"""The table of device types."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from pulse.database import Connection

type Row = dict[str, Any]

_TYPES = sql.SQL("""
    SELECT device_type, description, expected_interval_seconds, stale_factor::float8 AS stale_factor,
           offline_factor::float8 AS offline_factor, version, created_at, updated_at
    FROM device_types
    WHERE tenant_id = %(tenant_id)s
""")


def list_device_type_rows(
    connection: Connection, tenant_id: str, *, after: str | None, limit: int
) -> tuple[list[Row], int]:
    """Device types by name, following `after`, each with its devices counted; and how many types there are."""
    rows = connection.execute(
        sql.SQL("""
            SELECT page.*, counted.devices
            FROM (
                {types} AND (%(after)s::text IS NULL OR device_type > %(after)s)
                ORDER BY device_type
                LIMIT %(limit)s
            ) AS page
            CROSS JOIN LATERAL (
                SELECT count(*) AS devices
                FROM devices
                WHERE devices.tenant_id = %(tenant_id)s
                  AND devices.device_type = page.device_type
                  AND devices.lifecycle <> 'DECOMMISSIONED'
            ) AS counted
            ORDER BY device_type
        """).format(types=_TYPES),
        {"tenant_id": tenant_id, "after": after, "limit": limit},
    ).fetchall()
    count = connection.execute(
        "SELECT count(*) AS total FROM device_types WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
    ).fetchone()
    assert count is not None
    return rows, count["total"]


def read_device_type_row(connection: Connection, tenant_id: str, device_type: str, *, lock: bool = False) -> Row | None:
    """One device type, locked until the transaction ends if it is to be changed."""
    return connection.execute(
        sql.SQL("{types} AND device_type = %(device_type)s {lock}").format(
            types=_TYPES, lock=sql.SQL("FOR UPDATE" if lock else "")
        ),
        {"tenant_id": tenant_id, "device_type": device_type},
    ).fetchone()


def count_devices_of_type(connection: Connection, tenant_id: str, device_type: str) -> int:
    """Its devices, those that are decommissioned apart."""
    row = connection.execute(
        """
        SELECT count(*) AS devices
        FROM devices
        WHERE tenant_id = %(tenant_id)s AND device_type = %(device_type)s AND lifecycle <> 'DECOMMISSIONED'
        """,
        {"tenant_id": tenant_id, "device_type": device_type},
    ).fetchone()
    assert row is not None
    return int(row["devices"])


def insert_device_type(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> None:
    """A new device type. Raises psycopg.errors.UniqueViolation."""
    connection.execute(
        """
        INSERT INTO device_types (tenant_id, device_type, description, expected_interval_seconds, stale_factor,
                                  offline_factor)
        VALUES (%(tenant_id)s, %(device_type)s, %(description)s, %(expected_interval_seconds)s, %(stale_factor)s,
                %(offline_factor)s)
        """,
        {"tenant_id": tenant_id, **values},
    )


def update_device_type(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> None:
    """Everything of a locked device type but its name."""
    connection.execute(
        """
        UPDATE device_types
        SET description = %(description)s, expected_interval_seconds = %(expected_interval_seconds)s,
            stale_factor = %(stale_factor)s, offline_factor = %(offline_factor)s, updated_at = now(),
            version = version + 1
        WHERE tenant_id = %(tenant_id)s AND device_type = %(device_type)s
        """,
        {"tenant_id": tenant_id, **values},
    )


def delete_device_type(connection: Connection, tenant_id: str, device_type: str) -> None:
    """Take a device type away. Raises psycopg.errors.ForeignKeyViolation while a device is of it."""
    connection.execute(
        "DELETE FROM device_types WHERE tenant_id = %(tenant_id)s AND device_type = %(device_type)s",
        {"tenant_id": tenant_id, "device_type": device_type},
    )
