"""Device tokens in the table of credentials."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from pulse.database import Connection
from pulse.devices.registry import RegisteredDevice, load_devices


class KnownToken(NamedTuple):
    """A token with the registry's entry of its device."""

    token_id: str
    tenant_id: str
    device_id: str
    token_hash: bytes
    device: RegisteredDevice | None


def load_tokens(connection: Connection, token_ids: Iterable[str]) -> dict[str, KnownToken]:
    """Those tokens that exist, ended ones too."""
    rows = connection.execute(
        """
        SELECT credential_id, tenant_id, device_id, token_hash
        FROM device_credentials
        WHERE credential_id = ANY(%(token_ids)s) AND kind = 'token'
        """,
        {"token_ids": list(token_ids)},
    ).fetchall()
    devices = load_devices(connection, {(row["tenant_id"], row["device_id"]) for row in rows})
    return {
        row["credential_id"]: KnownToken(
            row["credential_id"],
            row["tenant_id"],
            row["device_id"],
            row["token_hash"],
            devices.get((row["tenant_id"], row["device_id"])),
        )
        for row in rows
    }


def insert_token(
    connection: Connection,
    tenant_id: str,
    device_id: str,
    token_id: str,
    *,
    token_hash: bytes,
    label: str,
    expires_at: datetime | None,
) -> None:
    """Keep a new token."""
    connection.execute(
        """
        INSERT INTO device_credentials (tenant_id, device_id, credential_id, kind, token_hash, label, expires_at)
        VALUES (%(tenant_id)s, %(device_id)s, %(token_id)s, 'token', %(token_hash)s, %(label)s, %(expires_at)s)
        """,
        {
            "tenant_id": tenant_id,
            "device_id": device_id,
            "token_id": token_id,
            "token_hash": token_hash,
            "label": label,
            "expires_at": expires_at,
        },
    )


def end_token(connection: Connection, tenant_id: str, device_id: str, token_id: str, *, now: datetime) -> bool | None:
    """Revoke a token; False when it was revoked before, None when there is no such token."""
    key = {"tenant_id": tenant_id, "device_id": device_id, "token_id": token_id, "now": now}
    row = connection.execute(
        """
        SELECT revoked_at
        FROM device_credentials
        WHERE tenant_id = %(tenant_id)s
          AND device_id = %(device_id)s
          AND credential_id = %(token_id)s
          AND kind = 'token'
        FOR UPDATE
        """,
        key,
    ).fetchone()
    if row is None:
        return None
    if row["revoked_at"] is not None:
        return False
    connection.execute(
        """
        UPDATE device_credentials
        SET revoked_at = %(now)s
        WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s AND credential_id = %(token_id)s
        """,
        key,
    )
    return True
