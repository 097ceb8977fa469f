"""What API keys and keys of the operator plane have in common in the database: pages of them, and when one was used."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Literal, NamedTuple, Protocol

from psycopg import sql
from pydantic import AwareDatetime

from pulse.database import Connection

type KeyTable = Literal["api_keys", "operator_keys"]


class KeyPosition(NamedTuple):
    """A place in a list of keys, which has the newest first."""

    created_at: AwareDatetime
    key_id: str


class _Listed(Protocol):
    @property
    def created_at(self) -> datetime: ...
    @property
    def key_id(self) -> str: ...


class KeyList[Key: _Listed](NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    keys: Sequence[Key]
    next_position: KeyPosition | None
    total: int


def page_of_keys[Key: _Listed](keys: Sequence[Key], total: int, *, limit: int) -> KeyList[Key]:
    """The page of keys that were read, one more than `limit` if there are more."""
    page = keys[:limit]
    position = KeyPosition(page[-1].created_at, page[-1].key_id) if len(keys) > limit else None
    return KeyList(page, position, total)


def list_newest(
    connection: Connection,
    table: KeyTable,
    columns: sql.SQL,
    *,
    tenant_id: str | None,
    limit: int,
    after: KeyPosition | None,
) -> tuple[list[dict[str, Any]], int]:
    """Keys of a tenant, or of the operators; newest first, one more than `limit` if there are more; and how many."""
    matching = sql.SQL("FROM {table} WHERE {of_tenant}").format(
        table=sql.Identifier(table),
        of_tenant=sql.SQL("true" if tenant_id is None else "tenant_id = %(tenant_id)s"),
    )
    parameters = {
        "tenant_id": tenant_id,
        "created_at": after.created_at if after else None,
        "key_id": after.key_id if after else None,
        "limit": limit + 1,
    }
    rows = connection.execute(
        sql.SQL("""
            SELECT {columns} {matching}
              AND (%(created_at)s::timestamptz IS NULL OR (created_at, key_id) < (%(created_at)s, %(key_id)s))
            ORDER BY created_at DESC, key_id DESC
            LIMIT %(limit)s
        """).format(columns=columns, matching=matching),
        parameters,
    ).fetchall()
    counted = connection.execute(sql.SQL("SELECT count(*) AS total {}").format(matching), parameters).fetchone()
    assert counted is not None
    return rows, counted["total"]


def note_use(
    connection: Connection, table: KeyTable, key_id: str, address: IPv4Address | IPv6Address | None, *, now: datetime
) -> None:
    """Note when and from where a key was used, at most once a minute."""
    connection.execute(
        sql.SQL("""
            UPDATE {table}
            SET last_used_at = %(now)s, last_used_ip = %(address)s
            WHERE key_id = %(key_id)s AND (last_used_at IS NULL OR last_used_at <= %(now)s - INTERVAL '1 minute')
        """).format(table=sql.Identifier(table)),
        {"key_id": key_id, "address": address, "now": now},
    )
