"""Keys of the operator plane in the database."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final, NamedTuple

from psycopg import sql
from pydantic import AwareDatetime

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.identity.api_key import StoredKey, require_good
from pulse.identity.operator_key import OperatorKey, OperatorScope, principal_of
from pulse.identity.principal import Principal


class OperatorKeyPosition(NamedTuple):
    """A place in the list of keys, which has the newest first."""

    created_at: AwareDatetime
    key_id: str


_COLUMNS: Final = sql.SQL("""
    key_id, name, scope, created_at, created_by, expires_at, last_used_at, host(last_used_ip) AS last_used_ip,
    revoked_at
""")


def find_for_caller(connection: Connection, key_id: str, secret: str, *, now: datetime) -> Principal:
    """Whom a key speaks for. Raises ApiKeyRefusedError, ApiKeyEndedError."""
    row = connection.execute(
        "SELECT name, scope, secret_hash, expires_at, revoked_at FROM operator_keys WHERE key_id = %(key_id)s",
        {"key_id": key_id},
    ).fetchone()
    stored = StoredKey(row["secret_hash"], None, None, row["expires_at"], row["revoked_at"]) if row else None
    require_good(stored, secret, now=now)
    assert row is not None
    return principal_of(key_id, row["name"], OperatorScope(row["scope"]))


def note_use(connection: Connection, key_id: str, address: IPv4Address | IPv6Address | None, *, now: datetime) -> None:
    """Note when and from where a key was used, at most once a minute."""
    connection.execute(
        """
        UPDATE operator_keys
        SET last_used_at = %(now)s, last_used_ip = %(address)s
        WHERE key_id = %(key_id)s AND (last_used_at IS NULL OR last_used_at <= %(now)s - INTERVAL '1 minute')
        """,
        {"key_id": key_id, "address": address, "now": now},
    )


def list_keys(
    connection: Connection, *, limit: int, after: OperatorKeyPosition | None
) -> tuple[list[OperatorKey], int]:
    """Keys, newest first, one more than `limit` if there are more; and how many there are."""
    rows = connection.execute(
        sql.SQL(
            """
            SELECT {columns}
            FROM operator_keys
            WHERE (%(created_at)s::timestamptz IS NULL OR (created_at, key_id) < (%(created_at)s, %(key_id)s))
            ORDER BY created_at DESC, key_id DESC
            LIMIT %(limit)s
            """
        ).format(columns=_COLUMNS),
        {
            "created_at": after.created_at if after else None,
            "key_id": after.key_id if after else None,
            "limit": limit + 1,
        },
    ).fetchall()
    count = connection.execute("SELECT count(*) AS total FROM operator_keys").fetchone()
    assert count is not None
    return [OperatorKey.model_validate(row) for row in rows], count["total"]


def insert_key(connection: Connection, values: dict[str, Any]) -> OperatorKey:
    """Keep a new key; `values` are key_id, name, scope, secret_hash, created_by, expires_at."""
    connection.execute(
        """
        INSERT INTO operator_keys (key_id, name, scope, secret_hash, created_by, expires_at)
        VALUES (%(key_id)s, %(name)s, %(scope)s, %(secret_hash)s, %(created_by)s, %(expires_at)s)
        """,
        values,
    )
    return lock_key(connection, values["key_id"])


def lock_key(connection: Connection, key_id: str) -> OperatorKey:
    """One key, locked until the transaction ends. Raises NotFoundError."""
    row = connection.execute(
        sql.SQL("SELECT {columns} FROM operator_keys WHERE key_id = %(key_id)s FOR UPDATE").format(columns=_COLUMNS),
        {"key_id": key_id},
    ).fetchone()
    if row is None:
        message = f"there is no operator key {key_id}"
        raise NotFoundError(message)
    return OperatorKey.model_validate(row)


def mark_revoked(connection: Connection, key_id: str, *, now: datetime) -> OperatorKey:
    """End a locked key for good; it stays listed."""
    connection.execute(
        "UPDATE operator_keys SET revoked_at = %(now)s WHERE key_id = %(key_id)s", {"key_id": key_id, "now": now}
    )
    return lock_key(connection, key_id)
