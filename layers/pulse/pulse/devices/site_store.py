"""The table of sites."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from pulse.database import Connection

type Row = dict[str, Any]


def read_site_row(connection: Connection, tenant_id: str, site_id: str, *, lock: bool = False) -> Row | None:
    """One site, locked until the transaction ends if it is to be changed."""
    return connection.execute(
        sql.SQL("""
            SELECT site_id, name, address, latitude, longitude, timezone, version, created_at, updated_at
            FROM sites
            WHERE tenant_id = %(tenant_id)s AND site_id = %(site_id)s
            {lock}
        """).format(lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "site_id": site_id},
    ).fetchone()


def insert_site(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> None:
    """A new site. Raises psycopg.errors.UniqueViolation."""
    connection.execute(
        """
        INSERT INTO sites (tenant_id, site_id, name, address, latitude, longitude, timezone)
        VALUES (%(tenant_id)s, %(site_id)s, %(name)s, %(address)s, %(latitude)s, %(longitude)s, %(timezone)s)
        """,
        {"tenant_id": tenant_id, **values},
    )


def update_site(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> None:
    """Everything of a locked site but its id."""
    connection.execute(
        """
        UPDATE sites
        SET name = %(name)s, address = %(address)s, latitude = %(latitude)s, longitude = %(longitude)s,
            timezone = %(timezone)s, updated_at = now(), version = version + 1
        WHERE tenant_id = %(tenant_id)s AND site_id = %(site_id)s
        """,
        {"tenant_id": tenant_id, **values},
    )


def delete_site(connection: Connection, tenant_id: str, site_id: str) -> None:
    """Take a site away. Raises psycopg.errors.ForeignKeyViolation while a device is registered there."""
    connection.execute(
        "DELETE FROM sites WHERE tenant_id = %(tenant_id)s AND site_id = %(site_id)s",
        {"tenant_id": tenant_id, "site_id": site_id},
    )
