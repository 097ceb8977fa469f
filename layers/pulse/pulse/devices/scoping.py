"""Whether what a scope names exists, and which devices it takes in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

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


class ScopeFilter(NamedTuple):
    """What a scope names; what is empty does not narrow."""

    site_ids: Sequence[str]
    device_types: Sequence[str]
    tags: Mapping[str, str]
    device_ids: Sequence[str]

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of `_IN_SCOPE`."""
        return {
            "site_ids": list(self.site_ids),
            "device_types": list(self.device_types),
            "device_ids": list(self.device_ids),
            "tags": Jsonb(dict(self.tags)),
        }


_IN_SCOPE: Final = sql.SQL("""
    devices.tenant_id = %(tenant_id)s
    AND devices.lifecycle = 'ACTIVE'
    AND (%(site_ids)s::text[] = '{}' OR devices.site_id = ANY(%(site_ids)s))
    AND (%(device_types)s::text[] = '{}' OR devices.device_type = ANY(%(device_types)s))
    AND (%(device_ids)s::text[] = '{}' OR devices.device_id = ANY(%(device_ids)s))
    AND devices.tags @> %(tags)s
""")


def find_scoped_devices(connection: Connection, tenant_id: str, scope: ScopeFilter, *, limit: int) -> list[str]:
    """The devices in service that a scope takes in, by id, at most `limit`."""
    rows = connection.execute(
        sql.SQL("SELECT device_id FROM devices WHERE {in_scope} ORDER BY device_id LIMIT %(limit)s").format(
            in_scope=_IN_SCOPE
        ),
        {"tenant_id": tenant_id, **scope.parameters, "limit": limit},
    )
    return [row["device_id"] for row in rows]


def find_last_telemetry(
    connection: Connection, tenant_id: str, scope: ScopeFilter, *, metric: str | None
) -> dict[str, datetime]:
    """When devices of a scope last sent a metric, or anything without one; those that ever did."""
    rows = connection.execute(
        sql.SQL("""
            SELECT device_id,
                   CASE
                       WHEN %(metric)s::text IS NULL THEN last_telemetry_at
                       ELSE least((last_metrics -> %(metric)s ->> 'time')::timestamptz, last_telemetry_at)
                   END AS last_at
            FROM devices JOIN device_state USING (tenant_id, device_id)
            WHERE {in_scope} AND (%(metric)s::text IS NULL OR last_metrics ? %(metric)s)
        """).format(in_scope=_IN_SCOPE),
        {"tenant_id": tenant_id, **scope.parameters, "metric": metric},
    )
    return {row["device_id"]: row["last_at"] for row in rows if row["last_at"] is not None}
