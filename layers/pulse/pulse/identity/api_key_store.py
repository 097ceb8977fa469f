"""API keys in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from psycopg import sql

from pulse.database import Connection
from pulse.errors import NotFoundError
from pulse.identity.api_key import ApiKey, StoredKey, require_good
from pulse.identity.key_lists import KeyPosition, list_newest
from pulse.identity.permissions import Role, known_permissions
from pulse.identity.principal import Principal

_COLUMNS: Final = sql.SQL("""
    key_id, name, role, scopes, created_at, created_by, rotated_at, former_secret_expires_at, expires_at,
    last_used_at, host(last_used_ip) AS last_used_ip, revoked_at, version
""")


def find_for_caller(connection: Connection, key_id: str, secret: str, *, now: datetime) -> Principal:
    """Whom a key speaks for. Raises ApiKeyRefusedError, ApiKeyEndedError."""
    row = connection.execute(
        """
        SELECT tenant_id, name, role, scopes, secret_hash, former_secret_hash, former_secret_expires_at, expires_at,
               revoked_at
        FROM api_keys
        WHERE key_id = %(key_id)s
        """,
        {"key_id": key_id},
    ).fetchone()
    stored = StoredKey(**{name: row[name] for name in StoredKey._fields}) if row else None
    require_good(stored, secret, now=now)
    assert row is not None
    return Principal(
        user_id=f"key:{key_id}",
        email=row["name"],
        roles=frozenset({Role(row["role"])}),
        tenant_id=row["tenant_id"],
        scopes=known_permissions(row["scopes"]),
    )


def list_keys(
    connection: Connection, tenant_id: str, *, limit: int, after: KeyPosition | None
) -> tuple[list[ApiKey], int]:
    """A tenant's keys, newest first, one more than `limit` if there are more; and how many there are."""
    rows, total = list_newest(connection, "api_keys", _COLUMNS, tenant_id=tenant_id, limit=limit, after=after)
    return [_key(row) for row in rows], total


def get_key(connection: Connection, tenant_id: str, key_id: str) -> ApiKey:
    """One key. Raises NotFoundError."""
    return _one(connection, tenant_id, key_id, lock=False)


def lock_key(connection: Connection, tenant_id: str, key_id: str) -> ApiKey:
    """One key, locked until the transaction ends. Raises NotFoundError."""
    return _one(connection, tenant_id, key_id, lock=True)


def insert_key(connection: Connection, tenant_id: str, key_id: str, values: Mapping[str, Any]) -> ApiKey:
    """Keep a new key; `values` are name, role, scopes, secret_hash, created_by, expires_at."""
    connection.execute(
        """
        INSERT INTO api_keys (key_id, tenant_id, name, role, scopes, secret_hash, created_by, expires_at)
        VALUES (%(key_id)s, %(tenant_id)s, %(name)s, %(role)s, %(scopes)s, %(secret_hash)s, %(created_by)s,
                %(expires_at)s)
        """,
        {"key_id": key_id, "tenant_id": tenant_id, **values},
    )
    return get_key(connection, tenant_id, key_id)


def replace_secret(
    connection: Connection, tenant_id: str, key_id: str, *, secret_hash: bytes, former_until: datetime, now: datetime
) -> ApiKey:
    """Give a key another secret; the one it had works until `former_until`."""
    connection.execute(
        """
        UPDATE api_keys
        SET former_secret_hash = secret_hash, former_secret_expires_at = %(former_until)s,
            secret_hash = %(secret_hash)s, rotated_at = %(now)s, version = version + 1
        WHERE tenant_id = %(tenant_id)s AND key_id = %(key_id)s
        """,
        {
            "tenant_id": tenant_id,
            "key_id": key_id,
            "secret_hash": secret_hash,
            "former_until": former_until,
            "now": now,
        },
    )
    return get_key(connection, tenant_id, key_id)


def mark_revoked(connection: Connection, tenant_id: str, key_id: str, *, now: datetime) -> ApiKey:
    """End a key for good; it stays listed."""
    connection.execute(
        """
        UPDATE api_keys
        SET revoked_at = %(now)s, version = version + 1
        WHERE tenant_id = %(tenant_id)s AND key_id = %(key_id)s
        """,
        {"tenant_id": tenant_id, "key_id": key_id, "now": now},
    )
    return get_key(connection, tenant_id, key_id)


def _one(connection: Connection, tenant_id: str, key_id: str, *, lock: bool) -> ApiKey:
    row = connection.execute(
        sql.SQL("SELECT {columns} FROM api_keys WHERE tenant_id = %(tenant_id)s AND key_id = %(key_id)s {lock}").format(
            columns=_COLUMNS, lock=sql.SQL("FOR UPDATE" if lock else "")
        ),
        {"tenant_id": tenant_id, "key_id": key_id},
    ).fetchone()
    if row is None:
        message = f"there is no API key {key_id}"
        raise NotFoundError(message)
    return _key(row)


def _key(row: Mapping[str, Any]) -> ApiKey:
    return ApiKey.model_validate({**row, "scopes": sorted(known_permissions(row["scopes"]))})
