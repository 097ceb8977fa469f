"""Whether what a scope names exists, and which devices it takes in."""

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection

_TABLES: Final = {
    "site_ids": ("sites", "site_id"),
    "device_types": ("device_types", "device_type"),
    "device_ids": ("devices", "device_id"),
}


def find_unknown(connection: Connection, tenant_id: str, *, field: str, names: Sequence[str]) -> list[str]:
    """Those of a scope's `site_ids`, `device_types` or `device_ids` that the tenant does not have."""
    table, column = _TABLES[field]
    rows = connection.execute(
        sql.SQL("""
            SELECT wanted.id
            FROM unnest(%(names)s::text[]) AS wanted (id)
            WHERE NOT EXISTS (SELECT FROM {table} WHERE tenant_id = %(tenant_id)s AND {column} = wanted.id)
            ORDER BY wanted.id
        """).format(table=sql.Identifier(table), column=sql.Identifier(column)),
        {"tenant_id": tenant_id, "names": list(names)},
    )
    return [row["id"] for row in rows]


def find_scoped_devices(
    connection: Connection,
    tenant_id: str,
    *,
    site_ids: Sequence[str],
    device_types: Sequence[str],
    tags: Mapping[str, str],
    device_ids: Sequence[str],
    limit: int,
) -> list[str]:
    """The devices in service that a scope takes in, by id, at most `limit`; what is empty does not narrow."""
    rows = connection.execute(
        """
        SELECT device_id
        FROM devices
        WHERE tenant_id = %(tenant_id)s
          AND lifecycle = 'ACTIVE'
          AND (%(site_ids)s::text[] = '{}' OR site_id = ANY(%(site_ids)s))
          AND (%(device_types)s::text[] = '{}' OR device_type = ANY(%(device_types)s))
          AND (%(device_ids)s::text[] = '{}' OR device_id = ANY(%(device_ids)s))
          AND tags @> %(tags)s
        ORDER BY device_id
        LIMIT %(limit)s
        """,
        {
            "tenant_id": tenant_id,
            "site_ids": list(site_ids),
            "device_types": list(device_types),
            "device_ids": list(device_ids),
            "tags": Jsonb(dict(tags)),
            "limit": limit,
        },
    )
    return [row["device_id"] for row in rows]
