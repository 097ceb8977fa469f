"""Keys of the operator plane in the database."""

from datetime import datetime
from typing import Any, Final

from psycopg import sql

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.identity.api_key import StoredKey, require_good
from pulse.identity.key_lists import KeyPosition, list_newest
from pulse.identity.operator_key import OperatorKey, OperatorScope, principal_of
from pulse.identity.principal import Principal

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


def list_keys(connection: Connection, *, limit: int, after: KeyPosition | None) -> tuple[list[OperatorKey], int]:
    """Keys, newest first, one more than `limit` if there are more; and how many there are."""
    rows, total = list_newest(connection, "operator_keys", _COLUMNS, tenant_id=None, limit=limit, after=after)
    return [OperatorKey.model_validate(row) for row in rows], total


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
