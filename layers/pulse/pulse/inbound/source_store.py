"""Inbound sources in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.database.lists import list_by_name
from pulse.errors import NotFoundError

type SourceRow = dict[str, Any]

_COLUMNS: Final = sql.SQL("""
    tenant_id, source_id, name, addon_id, site_id, authentication, secret, former_secret, former_secret_expires_at,
    enabled, last_received_at, received, unreadable, last_error, version, created_at, updated_at
""")


def list_sources(
    connection: Connection, tenant_id: str, *, q: str | None, after: str | None, limit: int
) -> tuple[list[SourceRow], int]:
    """Sources by name, and how many there are on all pages."""
    return list_by_name(
        connection,
        """
        FROM inbound_sources
        WHERE tenant_id = %(tenant_id)s AND (%(q)s::text IS NULL OR strpos(lower(name), lower(%(q)s)) > 0)
        """,
        {"tenant_id": tenant_id, "q": q},
        columns=_COLUMNS,
        after=after,
        limit=limit,
    )


def find_source(connection: Connection, tenant_id: str, source_id: UUID) -> SourceRow | None:
    """One source, if there is such a one."""
    return connection.execute(
        sql.SQL("SELECT {} FROM inbound_sources WHERE tenant_id = %(tenant_id)s AND source_id = %(source_id)s").format(
            _COLUMNS
        ),
        {"tenant_id": tenant_id, "source_id": source_id},
    ).fetchone()


def hold_source(connection: Connection, tenant_id: str, source_id: UUID) -> SourceRow | None:
    """The same, and nobody changes its settings or takes it away until the transaction ends; many may hold it."""
    connection.execute(
        "SELECT FROM inbound_sources WHERE tenant_id = %(tenant_id)s AND source_id = %(source_id)s FOR KEY SHARE",
        {"tenant_id": tenant_id, "source_id": source_id},
    )
    return find_source(connection, tenant_id, source_id)


def read_source(connection: Connection, tenant_id: str, source_id: UUID) -> SourceRow:
    """One source. Raises NotFoundError."""
    row = find_source(connection, tenant_id, source_id)
    if row is None:
        raise source_not_found(source_id)
    return row


def lock_source(connection: Connection, tenant_id: str, source_id: UUID) -> SourceRow:
    """One source, locked until the transaction ends. Raises NotFoundError."""
    connection.execute(
        "SELECT FROM inbound_sources WHERE tenant_id = %(tenant_id)s AND source_id = %(source_id)s FOR UPDATE",
        {"tenant_id": tenant_id, "source_id": source_id},
    )
    return read_source(connection, tenant_id, source_id)


def insert_source(connection: Connection, tenant_id: str, source_id: UUID, values: Mapping[str, Any]) -> SourceRow:
    """Keep a new source; `values` are name, addon_id, site_id, authentication, enabled, secret.

    Raises UniqueViolation, ForeignKeyViolation.
    """
    connection.execute(
        """
        INSERT INTO inbound_sources (tenant_id, source_id, name, addon_id, site_id, authentication, enabled, secret)
        VALUES (%(tenant_id)s, %(source_id)s, %(name)s, %(addon_id)s, %(site_id)s, %(authentication)s, %(enabled)s,
                %(secret)s)
        """,
        {
            "tenant_id": tenant_id,
            "source_id": source_id,
            **values,
            "authentication": Jsonb(values["authentication"]),
        },
    )
    return read_source(connection, tenant_id, source_id)


def update_source(connection: Connection, tenant_id: str, source_id: UUID, values: Mapping[str, Any]) -> SourceRow:
    """Change a source to `values`, as for `insert_source` but for the secret. Raises as that does."""
    connection.execute(
        """
        UPDATE inbound_sources
        SET name = %(name)s, addon_id = %(addon_id)s, site_id = %(site_id)s, authentication = %(authentication)s,
            enabled = %(enabled)s, version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND source_id = %(source_id)s
        """,
        {
            "tenant_id": tenant_id,
            "source_id": source_id,
            **values,
            "authentication": Jsonb(values["authentication"]),
        },
    )
    return read_source(connection, tenant_id, source_id)


def replace_secret(
    connection: Connection, tenant_id: str, source_id: UUID, *, secret: bytes, former_until: datetime
) -> SourceRow:
    """Give a source another secret; the one that it has is the former one, until its time is over."""
    connection.execute(
        """
        UPDATE inbound_sources
        SET former_secret = secret, former_secret_expires_at = %(former_until)s, secret = %(secret)s,
            version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND source_id = %(source_id)s
        """,
        {"tenant_id": tenant_id, "source_id": source_id, "secret": secret, "former_until": former_until},
    )
    return read_source(connection, tenant_id, source_id)


def delete_source(connection: Connection, tenant_id: str, source_id: UUID) -> None:
    """Take a source away."""
    connection.execute(
        "DELETE FROM inbound_sources WHERE tenant_id = %(tenant_id)s AND source_id = %(source_id)s",
        {"tenant_id": tenant_id, "source_id": source_id},
    )


def names_of_sources(connection: Connection, tenant_id: str, addon_id: str) -> list[str]:
    """What the sources of an addon are called."""
    rows = connection.execute(
        "SELECT name FROM inbound_sources WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s ORDER BY name",
        {"tenant_id": tenant_id, "addon_id": addon_id},
    )
    return [row["name"] for row in rows]


def note_received(connection: Connection, tenant_id: str, source_id: UUID, *, error: str | None, now: datetime) -> None:
    """Count a message, and whether it could be read."""
    connection.execute(
        """
        UPDATE inbound_sources
        SET received = received + 1, unreadable = unreadable + (%(error)s::text IS NOT NULL)::integer,
            last_error = %(error)s, last_received_at = greatest(last_received_at, %(now)s)
        WHERE tenant_id = %(tenant_id)s AND source_id = %(source_id)s
        """,
        {"tenant_id": tenant_id, "source_id": source_id, "error": error, "now": now},
    )


def source_not_found(source_id: object) -> NotFoundError:
    """The answer for a source that a tenant does not have."""
    return NotFoundError(f"there is no inbound source {source_id}")
