"""Whether what a scope names exists, and which devices it takes in."""

from collections.abc import Sequence
from typing import Final

from psycopg import sql

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
