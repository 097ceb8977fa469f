"""Is a tenant in business, and from where may its people and programs call?"""

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Final, NamedTuple

from pulse.database import Connection

type Network = IPv4Network | IPv6Network

PLATFORM: Final = "platform"
"""The tenant whose alerts are about the installation itself. It is always in business."""


class TenantStatus(StrEnum):
    """SUSPENDED and DELETED tenants are let in nowhere."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    DELETED = "DELETED"


class TenantStanding(NamedTuple):
    """What the authorizer asks of a tenant. An empty allowlist allows every address."""

    status: TenantStatus
    ip_allowlist: tuple[Network, ...]


def read_standing(connection: Connection, tenant_id: str) -> TenantStanding | None:
    """A tenant's standing; None when there is no such tenant."""
    row = connection.execute(
        "SELECT status, ip_allowlist FROM tenants WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
    ).fetchone()
    return TenantStanding(TenantStatus(row["status"]), tuple(row["ip_allowlist"])) if row else None


def deleted_tenants(connection: Connection, tenant_ids: Iterable[str]) -> frozenset[str]:
    """Those of the tenants that are deleted."""
    rows = connection.execute(
        "SELECT tenant_id FROM tenants WHERE tenant_id = ANY(%(tenant_ids)s) AND status = 'DELETED'",
        {"tenant_ids": sorted(set(tenant_ids))},
    ).fetchall()
    return frozenset(row["tenant_id"] for row in rows)


def inactive_tenants(connection: Connection, tenant_ids: Iterable[str]) -> frozenset[str]:
    """Those of the tenants that are suspended or deleted."""
    rows = connection.execute(
        "SELECT tenant_id FROM tenants WHERE tenant_id = ANY(%(tenant_ids)s) AND status <> 'ACTIVE'",
        {"tenant_ids": sorted(set(tenant_ids))},
    ).fetchall()
    return frozenset(row["tenant_id"] for row in rows)
