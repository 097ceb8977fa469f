"""Operators administering tenants. Every call opens an operator's session, which begins with its audit entry."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from pydantic import Field

from pulse import clock
from pulse.database import Connection
from pulse.devices.broker import ensure_tenant_policy
from pulse.errors import ConflictError
from pulse.identity.permissions import Permission, Role
from pulse.identity.principal import Origin, Principal
from pulse.identity.reach import Reach
from pulse.identity.users import Invitation, enter_user
from pulse.limits.definitions import LimitName, clear_tenant_limit, set_tenant_limit
from pulse.limits.exceptions import exceptions_of
from pulse.limits.rates import Rate
from pulse.operations.audit import audited_operator_session, record_change
from pulse.tenants import registry
from pulse.tenants.registry import TenantFilter, TenantPosition, TenantRecord
from pulse.tenants.status import PLATFORM, TenantStatus
from pulse.versions import require_match


class Tenant(TenantRecord):
    """A customer of this installation."""

    limits: dict[LimitName, str] = Field(
        description="Exceptions from the limits for everybody, as `requests:seconds,requests:seconds`"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """A tenant that is wanted, with the person who will administer it."""

    tenant_id: str
    name: str
    timezone: str
    ip_allowlist: list[IPv4Network | IPv6Network]
    limits: Mapping[LimitName, tuple[Rate, ...]]
    admin_email: str
    admin_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantChange:
    """What is to change; None leaves it. A limit with None goes back to what holds for everybody."""

    name: str | None
    timezone: str | None
    ip_allowlist: list[IPv4Network | IPv6Network] | None
    limits: Mapping[LimitName, tuple[Rate, ...] | None]


class TenantList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    tenants: list[Tenant]
    next_position: TenantPosition | None
    total: int


def list_tenants(
    actor: Principal, wanted: TenantFilter, *, limit: int, after: TenantPosition | None, origin: Origin
) -> TenantList:
    """A page of the tenants, by id, following `after`. Raises NotPermittedError."""
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_TENANTS, action="tenants.list", origin=origin
    ) as connection:
        records, total = registry.list_tenants(connection, wanted, limit=limit, after=after)
        tenants = _with_limits(connection, records[:limit])
    position = TenantPosition(tenants[-1].tenant_id) if len(records) > limit else None
    return TenantList(tenants, position, total)


def get_tenant(actor: Principal, tenant_id: str, *, origin: Origin) -> Tenant:
    """One tenant, a deleted one too. Raises NotPermittedError, NotFoundError."""
    with audited_operator_session(
        actor,
        Permission.OPERATOR_READ_TENANTS,
        action="tenants.get",
        origin=origin,
        subject=tenant_id,
        tenant_id=tenant_id,
    ) as connection:
        return _with_limits(connection, [registry.get_tenant(connection, tenant_id)])[0]


def create_tenant(actor: Principal, wanted: NewTenant, *, origin: Origin) -> Tenant:
    """Create a tenant with its limits, its devices' policy at the broker, and its first administrator.

    The invitation goes out last. If it is not known whether the end was reached, the same call may be made again.
    Raises NotPermittedError, InvalidInputError, ConflictError for an id or address that is taken, UnavailableError.
    """
    with _managing(actor, "tenants.create", wanted.tenant_id, origin) as managing:
        registry.insert_tenant(
            managing.connection,
            tenant_id=wanted.tenant_id,
            name=wanted.name,
            timezone=wanted.timezone,
            ip_allowlist=wanted.ip_allowlist,
        )
        managing.set_limits(wanted.limits)
        tenant = managing.current()
        managing.record("tenant.create", before=None, after=tenant)
        ensure_tenant_policy(wanted.tenant_id)
        admin = Invitation(email=wanted.admin_email, name=wanted.admin_name, role=Role.TENANT_ADMIN)
        enter_user(actor, Reach(managing.connection, None), admin, wanted.tenant_id, origin=origin)
        return tenant


def change_tenant(
    actor: Principal, tenant_id: str, change: TenantChange, *, if_match: int | None, origin: Origin
) -> Tenant:
    """Change what is given. Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError."""
    with _managing(actor, "tenants.change", tenant_id, origin) as managing:
        before = managing.lock(if_match)
        registry.change_tenant(
            managing.connection,
            tenant_id,
            {"name": change.name, "timezone": change.timezone, "ip_allowlist": change.ip_allowlist},
        )
        managing.set_limits(change.limits)
        after = managing.current()
        managing.record("tenant.change", before=before, after=after)
        return after


def suspend_tenant(actor: Principal, tenant_id: str, *, reason: str, if_match: int | None, origin: Origin) -> Tenant:
    """Let nobody of the tenant in, and refuse its devices' messages, within a minute; data stays.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError when it is suspended already, and for the
    platform itself.
    """
    with _managing(actor, "tenants.suspend", tenant_id, origin) as managing:
        before = managing.lock(if_match)
        _require_customer(tenant_id)
        if before.status is TenantStatus.SUSPENDED:
            message = "the tenant is suspended already"
            raise ConflictError(message)
        registry.set_status(managing.connection, tenant_id, TenantStatus.SUSPENDED, reason=reason, now=clock.now())
        after = managing.current()
        managing.record("tenant.suspend", before=before, after=after)
        return after


def resume_tenant(actor: Principal, tenant_id: str, *, if_match: int | None, origin: Origin) -> Tenant:
    """Put a suspended tenant back into business.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError when it is not suspended.
    """
    with _managing(actor, "tenants.resume", tenant_id, origin) as managing:
        before = managing.lock(if_match)
        if before.status is not TenantStatus.SUSPENDED:
            message = "the tenant is not suspended"
            raise ConflictError(message)
        registry.set_status(managing.connection, tenant_id, TenantStatus.ACTIVE, now=clock.now())
        after = managing.current()
        managing.record("tenant.resume", before=before, after=after)
        return after


def delete_tenant(actor: Principal, tenant_id: str, *, if_match: int | None, origin: Origin) -> None:
    """Let nobody of the tenant in for good. Its data and its id stay: nobody else may ever get that id.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError for the platform itself.
    """
    with _managing(actor, "tenants.delete", tenant_id, origin) as managing:
        before = managing.lock(if_match)
        _require_customer(tenant_id)
        registry.set_status(managing.connection, tenant_id, TenantStatus.DELETED, now=clock.now())
        managing.record("tenant.delete", before=before, after=None)


def _require_customer(tenant_id: str) -> None:
    if tenant_id == PLATFORM:
        message = "this is the platform's own tenant, which alerts about the installation need"
        raise ConflictError(message)


class _Managing(NamedTuple):
    """A tenant being managed, within a transaction that began with its audit entry."""

    connection: Connection
    actor: Principal
    origin: Origin
    tenant_id: str

    def lock(self, if_match: int | None) -> Tenant:
        """The tenant, locked. Raises NotFoundError, StaleVersionError."""
        record = registry.lock_tenant(self.connection, self.tenant_id)
        require_match(if_match, record.version)
        return _with_limits(self.connection, [record])[0]

    def current(self) -> Tenant:
        """The tenant as it is now."""
        return _with_limits(self.connection, [registry.get_tenant(self.connection, self.tenant_id)])[0]

    def set_limits(self, limits: Mapping[LimitName, tuple[Rate, ...] | None]) -> None:
        """Make exceptions, or take them back."""
        for name, rates in limits.items():
            if rates is None:
                clear_tenant_limit(self.connection, tenant_id=self.tenant_id, name=name)
            else:
                set_tenant_limit(self.connection, tenant_id=self.tenant_id, name=name, rates=rates)

    def record(self, action: str, *, before: Tenant | None, after: Tenant | None) -> None:
        """Write the audit entry of the change."""
        record_change(
            self.connection,
            actor=self.actor,
            origin=self.origin,
            tenant_id=self.tenant_id,
            action=action,
            subject=self.tenant_id,
            before=before.model_dump(mode="json") if before else None,
            after=after.model_dump(mode="json") if after else None,
        )


@contextmanager
def _managing(actor: Principal, action: str, tenant_id: str, origin: Origin) -> Iterator[_Managing]:
    with audited_operator_session(
        actor,
        Permission.OPERATOR_MANAGE_TENANTS,
        action=action,
        origin=origin,
        subject=tenant_id,
        tenant_id=tenant_id,
        write=True,
    ) as connection:
        yield _Managing(connection, actor, origin, tenant_id)


def _with_limits(connection: Connection, records: Sequence[TenantRecord]) -> list[Tenant]:
    limits = exceptions_of(connection, [record.tenant_id for record in records])
    return [Tenant(**record.model_dump(), limits=limits[record.tenant_id]) for record in records]
