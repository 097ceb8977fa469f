"""Whether what a selector names exists, and which devices it takes in."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.devices.group_conditions import in_any_group
from pulse.devices.selectors import DeviceSelector
from pulse.errors import FieldError, InvalidInputError

_TABLES: Final = {
    "site_ids": ("sites", "site_id"),
    "device_types": ("device_types", "device_type"),
    "device_ids": ("devices", "device_id"),
    "group_ids": ("device_groups", "group_id"),
}


def find_unknown(connection: Connection, tenant_id: str, *, field: str, names: Iterable[object]) -> list[str]:
    """Those of some `site_ids`, `device_types`, `device_ids` or `group_ids` that the tenant does not have."""
    table, column = _TABLES[field]
    rows = connection.execute(
        sql.SQL("""
            SELECT wanted.id
            FROM unnest(%(names)s::text[]) AS wanted (id)
            WHERE NOT EXISTS (SELECT FROM {table} WHERE tenant_id = %(tenant_id)s AND {column}::text = wanted.id)
            ORDER BY wanted.id
        """).format(table=sql.Identifier(table), column=sql.Identifier(column)),
        {"tenant_id": tenant_id, "names": [str(name) for name in names]},
    )
    return [row["id"] for row in rows]


def require_known(connection: Connection, tenant_id: str, selector: DeviceSelector, *, field: str) -> None:
    """Raise InvalidInputError naming what a selector, the request's `field`, names and the tenant does not have."""
    errors: list[FieldError] = []
    for part in _TABLES:
        names: Sequence[object] = getattr(selector, part)
        if names and (unknown := find_unknown(connection, tenant_id, field=part, names=names)):
            errors.append(FieldError(f"{field}.{part}", f"there is no {', '.join(unknown)}"))
    if errors:
        message = f"the {field} names what does not exist"
        raise InvalidInputError(message, errors=tuple(errors))


_SELECTED: Final = sql.SQL("""
    FROM devices JOIN device_state USING (tenant_id, device_id)
    WHERE devices.tenant_id = %(tenant_id)s
      AND devices.lifecycle = 'ACTIVE'
      AND (%(site_ids)s::text[] = '{{}}' OR devices.site_id = ANY(%(site_ids)s))
      AND (%(device_types)s::text[] = '{{}}' OR devices.device_type = ANY(%(device_types)s))
      AND (%(device_ids)s::text[] = '{{}}' OR devices.device_id = ANY(%(device_ids)s))
      AND devices.tags @> %(tags)s
      AND {in_a_group}
""")


def find_scoped_devices(connection: Connection, tenant_id: str, scope: DeviceSelector, *, limit: int) -> list[str]:
    """The devices in service that a scope takes in, by id, at most `limit`."""
    selected, parameters = _selected(connection, tenant_id, scope)
    rows = connection.execute(
        sql.SQL("SELECT device_id {selected} ORDER BY device_id LIMIT %(limit)s").format(selected=selected),
        {**parameters, "limit": limit},
    )
    return [row["device_id"] for row in rows]


def find_last_telemetry(
    connection: Connection, tenant_id: str, scope: DeviceSelector, *, metrics: Sequence[str] | None
) -> dict[str, datetime]:
    """When devices of a scope last sent one of some metrics, or anything without any; those that ever did."""
    selected, parameters = _selected(connection, tenant_id, scope)
    rows = connection.execute(
        sql.SQL("""
            SELECT device_id,
                   CASE
                       WHEN %(metrics)s::text[] IS NULL THEN last_telemetry_at
                       ELSE least(
                           (
                               SELECT max((last_metrics -> metric ->> 'time')::timestamptz)
                               FROM unnest(%(metrics)s::text[]) AS metric
                           ),
                           last_telemetry_at
                       )
                   END AS last_at
            {selected} AND (%(metrics)s::text[] IS NULL OR last_metrics ?| %(metrics)s::text[])
        """).format(selected=selected),
        {**parameters, "metrics": None if metrics is None else list(metrics)},
    )
    return {row["device_id"]: row["last_at"] for row in rows if row["last_at"] is not None}


def _selected(connection: Connection, tenant_id: str, scope: DeviceSelector) -> tuple[sql.Composed, dict[str, Any]]:
    """FROM and WHERE of the devices in service that a scope takes in, with their parameters."""
    parameters: dict[str, Any] = {
        "tenant_id": tenant_id,
        "site_ids": list(scope.site_ids),
        "device_types": list(scope.device_types),
        "device_ids": list(scope.device_ids),
        "tags": Jsonb(scope.tags),
    }
    in_a_group: sql.Composable = sql.SQL("true")
    if scope.group_ids:
        condition = in_any_group(connection, tenant_id, scope.group_ids)
        in_a_group, parameters = condition.clause, {**parameters, **condition.parameters}
    return _SELECTED.format(in_a_group=in_a_group), parameters
