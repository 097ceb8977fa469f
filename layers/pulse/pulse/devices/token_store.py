"""Device tokens in the table of credentials."""

from collections.abc import Iterable
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
