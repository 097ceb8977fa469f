"""The metric catalogue and its mappings in the database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.database.lists import list_by_name
from pulse.telemetry.normalization import Source

type Row = dict[str, Any]

_METRIC: Final = sql.SQL(
    "metric_id, metric, description, unit, expected_min, expected_max, version, created_at, updated_at"
)
_MAPPING: Final = sql.SQL(
    "mapping_id, raw_metric, normalized_metric, multiplier, offset_value, version, created_at, updated_at"
)


def find_units(connection: Connection, tenant_id: str, metrics: Sequence[str]) -> dict[str, str]:
    """The units of those metrics that have one."""
    rows = connection.execute(
        """
        SELECT metric, unit
        FROM metric_catalog
        WHERE tenant_id = %(tenant_id)s AND metric = ANY(%(metrics)s) AND unit <> ''
        """,
        {"tenant_id": tenant_id, "metrics": list(metrics)},
    )
    return {row["metric"]: row["unit"] for row in rows}


def find_sources(connection: Connection, tenant_id: str, metrics: Sequence[str], *, normalized: bool) -> list[Source]:
    """The raw metrics that the wanted ones are made of.

    By their raw names that is each itself. By their normalized names it is whatever is mapped to one, and the raw
    metric of the very name unless that is mapped to something.
    """
    if not normalized:
        return [Source(metric, metric) for metric in metrics]
    rows = connection.execute(
        """
        SELECT raw_metric, normalized_metric, multiplier::numeric AS multiplier, offset_value::numeric AS offset_value
        FROM metric_mappings
        WHERE tenant_id = %(tenant_id)s
          AND (normalized_metric = ANY(%(metrics)s) OR raw_metric = ANY(%(metrics)s))
        """,
        {"tenant_id": tenant_id, "metrics": list(metrics)},
    ).fetchall()
    mapped = {row["raw_metric"] for row in rows}
    wanted = set(metrics)
    return [_source(row) for row in rows if row["normalized_metric"] in wanted] + [
        Source(metric, metric) for metric in metrics if metric not in mapped
    ]


def find_mappings(connection: Connection, tenant_id: str, raw_metrics: Sequence[str]) -> dict[str, Source]:
    """The mappings of those raw metrics that have one."""
    rows = connection.execute(
        """
        SELECT raw_metric, normalized_metric, multiplier::numeric AS multiplier, offset_value::numeric AS offset_value
        FROM metric_mappings
        WHERE tenant_id = %(tenant_id)s AND raw_metric = ANY(%(raw_metrics)s)
        """,
        {"tenant_id": tenant_id, "raw_metrics": list(raw_metrics)},
    )
    return {row["raw_metric"]: _source(row) for row in rows}


def find_mapped(connection: Connection, wanted: Mapping[str, Collection[str]]) -> dict[str, list[Source]]:
    """What is mapped to each tenant's wanted metrics, in the order of raw names; tenants that have such mappings."""
    rows = connection.execute(
        """
        SELECT tenant_id, raw_metric, normalized_metric, multiplier::numeric AS multiplier,
               offset_value::numeric AS offset_value
        FROM metric_mappings
        JOIN jsonb_to_recordset(%(wanted)s) AS wanted (tenant_id text, metric text) USING (tenant_id)
        WHERE normalized_metric = wanted.metric
        ORDER BY tenant_id, raw_metric COLLATE "C"
        """,
        {
            "wanted": Jsonb(
                [
                    {"tenant_id": tenant_id, "metric": metric}
                    for tenant_id, metrics in wanted.items()
                    for metric in sorted(metrics)
                ]
            )
        },
    )
    sources: dict[str, list[Source]] = {}
    for row in rows:
        sources.setdefault(row["tenant_id"], []).append(_source(row))
    return sources


def list_metric_rows(
    connection: Connection, tenant_id: str, *, q: str | None, after: str | None, limit: int
) -> tuple[list[Row], int]:
    """Entries by name, from `after` on, and how many match altogether."""
    return list_by_name(
        connection,
        """
        FROM metric_catalog
        WHERE tenant_id = %(tenant_id)s
          AND (%(q)s::text IS NULL OR strpos(lower(metric || ' ' || description), lower(%(q)s)) > 0)
        """,
        {"tenant_id": tenant_id, "q": q},
        columns=_METRIC,
        after=after,
        limit=limit,
        name="metric",
    )


def read_metric_row(connection: Connection, tenant_id: str, metric_id: UUID, *, lock: bool = False) -> Row | None:
    """One entry, locked until the transaction ends if it is to be changed."""
    return connection.execute(
        sql.SQL("""
            SELECT {columns} FROM metric_catalog
            WHERE tenant_id = %(tenant_id)s AND metric_id = %(metric_id)s {lock}
        """).format(columns=_METRIC, lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "metric_id": metric_id},
    ).fetchone()


def insert_metric_row(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> Row:
    """A new entry. Raises psycopg.errors.UniqueViolation."""
    return _returned(
        connection,
        sql.SQL("""
            INSERT INTO metric_catalog (tenant_id, metric, description, unit, expected_min, expected_max)
            VALUES (%(tenant_id)s, %(metric)s, %(description)s, %(unit)s, %(expected_min)s, %(expected_max)s)
            RETURNING {columns}
        """).format(columns=_METRIC),
        {"tenant_id": tenant_id, **values},
    )


def update_metric_row(connection: Connection, tenant_id: str, metric_id: UUID, values: Mapping[str, Any]) -> Row:
    """Another description of a locked entry."""
    return _returned(
        connection,
        sql.SQL("""
            UPDATE metric_catalog
            SET description = %(description)s, unit = %(unit)s, expected_min = %(expected_min)s,
                expected_max = %(expected_max)s, version = version + 1, updated_at = now()
            WHERE tenant_id = %(tenant_id)s AND metric_id = %(metric_id)s
            RETURNING {columns}
        """).format(columns=_METRIC),
        {"tenant_id": tenant_id, "metric_id": metric_id, **values},
    )


def delete_metric_row(connection: Connection, tenant_id: str, metric_id: UUID) -> None:
    """Take an entry away. Raises psycopg.errors.ForeignKeyViolation while a mapping leads to it."""
    connection.execute(
        "DELETE FROM metric_catalog WHERE tenant_id = %(tenant_id)s AND metric_id = %(metric_id)s",
        {"tenant_id": tenant_id, "metric_id": metric_id},
    )


def list_mapping_rows(
    connection: Connection, tenant_id: str, *, normalized_metric: str | None, after: str | None, limit: int
) -> tuple[list[Row], int]:
    """Mappings by raw name, from `after` on, and how many match altogether."""
    return list_by_name(
        connection,
        """
        FROM metric_mappings
        WHERE tenant_id = %(tenant_id)s
          AND (%(normalized_metric)s::text IS NULL OR normalized_metric = %(normalized_metric)s)
        """,
        {"tenant_id": tenant_id, "normalized_metric": normalized_metric},
        columns=_MAPPING,
        after=after,
        limit=limit,
        name="raw_metric",
    )


def read_mapping_row(connection: Connection, tenant_id: str, mapping_id: UUID, *, lock: bool = False) -> Row | None:
    """One mapping, locked until the transaction ends if it is to be changed."""
    return connection.execute(
        sql.SQL("""
            SELECT {columns} FROM metric_mappings
            WHERE tenant_id = %(tenant_id)s AND mapping_id = %(mapping_id)s {lock}
        """).format(columns=_MAPPING, lock=sql.SQL("FOR UPDATE" if lock else "")),
        {"tenant_id": tenant_id, "mapping_id": mapping_id},
    ).fetchone()


def insert_mapping_row(connection: Connection, tenant_id: str, values: Mapping[str, Any]) -> Row:
    """A new mapping. Raises psycopg.errors.UniqueViolation, ForeignKeyViolation."""
    return _returned(
        connection,
        sql.SQL("""
            INSERT INTO metric_mappings (tenant_id, raw_metric, normalized_metric, multiplier, offset_value)
            VALUES (%(tenant_id)s, %(raw_metric)s, %(normalized_metric)s, %(multiplier)s, %(offset_value)s)
            RETURNING {columns}
        """).format(columns=_MAPPING),
        {"tenant_id": tenant_id, **values},
    )


def update_mapping_row(connection: Connection, tenant_id: str, mapping_id: UUID, values: Mapping[str, Any]) -> Row:
    """Another meaning of a locked mapping's raw metric. Raises psycopg.errors.ForeignKeyViolation."""
    return _returned(
        connection,
        sql.SQL("""
            UPDATE metric_mappings
            SET normalized_metric = %(normalized_metric)s, multiplier = %(multiplier)s,
                offset_value = %(offset_value)s, version = version + 1, updated_at = now()
            WHERE tenant_id = %(tenant_id)s AND mapping_id = %(mapping_id)s
            RETURNING {columns}
        """).format(columns=_MAPPING),
        {"tenant_id": tenant_id, "mapping_id": mapping_id, **values},
    )


def delete_mapping_row(connection: Connection, tenant_id: str, mapping_id: UUID) -> None:
    """Take a mapping away."""
    connection.execute(
        "DELETE FROM metric_mappings WHERE tenant_id = %(tenant_id)s AND mapping_id = %(mapping_id)s",
        {"tenant_id": tenant_id, "mapping_id": mapping_id},
    )


def _source(row: Row) -> Source:
    return Source(row["raw_metric"], row["normalized_metric"], row["multiplier"], row["offset_value"])


def _returned(connection: Connection, statement: sql.Composed, parameters: Mapping[str, Any]) -> Row:
    return _one(connection.execute(statement, parameters).fetchone())


def _one(row: Row | None) -> Row:
    assert row is not None
    return row
