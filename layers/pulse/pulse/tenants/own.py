"""A tenant's own settings, as its people see and change them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address

from pydantic import Field

from pulse.database import Connection, tenant_session
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.access import refuse_address
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.limits.definitions import LimitName, limits_of
from pulse.limits.rates import format_rates
from pulse.operations.audit import record_change
from pulse.tenants import registry
from pulse.versions import Versioned, require_match


class OwnTenant(Versioned):
    """The caller's tenant."""

    tenant_id: str
    name: str
    timezone: str = Field(description="IANA name; what reports and digests begin their days by")
    ip_allowlist: list[str] = Field(description="Networks that people and programs may call from; empty: any")
    called_from: str | None = Field(description="The address of this call, as the allowlist sees it")
    created_at: datetime
    limits: dict[LimitName, str] = Field(
        description="What holds for the tenant, as `requests:seconds,requests:seconds`; the operator sets them"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTenantChange:
    """What is to change; None leaves it."""

    name: str | None
    timezone: str | None
    ip_allowlist: list[IPv4Network | IPv6Network] | None


def get_own_tenant(actor: Principal, *, origin: Origin) -> OwnTenant:
    """The caller's tenant. Raises NotPermittedError."""
    tenant_id = actor.require(Permission.READ_TENANT)
    with tenant_session(tenant_id) as connection:
        return _read(connection, tenant_id, origin)


def change_own_tenant(actor: Principal, change: OwnTenantChange, *, if_match: int | None, origin: Origin) -> OwnTenant:
    """Change what is given; a new allowlist holds within a minute.

    Raises NotPermittedError, StaleVersionError, InvalidInputError for a zone that is none, and for an allowlist that
    the caller's own address is not on: nobody but an operator could let them in again.
    """
    tenant_id = actor.require(Permission.MANAGE_TENANT)
    if change.ip_allowlist is not None:
        _require_address_on(change.ip_allowlist, origin.ip_address)
    with tenant_session(tenant_id) as connection:
        before = registry.lock_tenant(connection, tenant_id)
        require_match(if_match, before.version)
        wanted = {"name": change.name, "timezone": change.timezone, "ip_allowlist": change.ip_allowlist}
        after = registry.change_tenant(connection, tenant_id, wanted)
        changed = [name for name in wanted if getattr(before, name) != getattr(after, name)]
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="tenant.change",
            subject=tenant_id,
            before={name: getattr(before, name) for name in changed},
            after={name: getattr(after, name) for name in changed},
        )
        return _read(connection, tenant_id, origin)


def _require_address_on(networks: Sequence[IPv4Network | IPv6Network], address: str | None) -> None:
    if refuse_address(networks, ip_address(address) if address else None) is not None:
        reason = f"would shut you out: you call from {address or 'an unknown address'}"
        raise InvalidInputError(reason, errors=(FieldError("ip_allowlist", reason),))


def _read(connection: Connection, tenant_id: str, origin: Origin) -> OwnTenant:
    record = registry.get_tenant(connection, tenant_id)
    limits = limits_of(tenant_id, connection)
    return OwnTenant(
        tenant_id=record.tenant_id,
        name=record.name,
        timezone=record.timezone,
        ip_allowlist=record.ip_allowlist,
        called_from=origin.ip_address,
        created_at=record.created_at,
        version=record.version,
        limits={name: format_rates(limit.rates) for name, limit in limits.items()},
    )
