"""Tenants."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import AfterValidator, Field, StringConstraints

from pulse.api.etags import IfMatch
from pulse.api.filters import Search
from pulse.api.networks import Allowlist
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Email, Label, Name, Remark
from pulse.identity.permissions import Permission
from pulse.input_errors import in_words
from pulse.limits.definitions import LimitName
from pulse.limits.rates import parse_rates
from pulse.models import Input
from pulse.operations import tenant_health
from pulse.operations.tenant_health import TenantMatrix, TenantSort
from pulse.tenants import administration
from pulse.tenants.administration import NewTenant, Tenant, TenantChange
from pulse.tenants.registry import TenantFilter, TenantPosition
from pulse.tenants.status import TenantStatus
from pulse.wall_clock import TimeZone

routes = Routes("Operator: tenants")
_CURSOR = Cursor(TenantPosition)


def _require_rates(text: str) -> str:
    parse_rates(text)
    return text


TenantId = Annotated[
    str,
    StringConstraints(
        pattern=in_words(
            r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$",
            "must be 1 to 64 lower-case letters, digits and hyphens, no hyphen first or last",
        )
    ),
]
Rates = Annotated[str, StringConstraints(max_length=200), AfterValidator(_require_rates)]


class TenantPage(CountedPage[Tenant]):
    """A page of tenants."""


class FirstAdministrator(Input):
    """Who is invited to administer a new tenant."""

    email: Email
    name: Label | None = None


class CreateTenant(Input):
    """A tenant that is wanted."""

    tenant_id: TenantId = Field(description="Lower-case letters, digits and hyphens; part of topics, never changes")
    name: Label
    timezone: TimeZone = "UTC"
    ip_allowlist: Allowlist = Field([])
    limits: dict[LimitName, Rates] = Field({}, description="Exceptions, as `requests:seconds,requests:seconds`")
    admin: FirstAdministrator


class ChangeTenant(Input):
    """What to change of a tenant; what is left out stays."""

    name: Label | None = None
    timezone: TimeZone | None = None
    ip_allowlist: Allowlist | None = None
    limits: dict[LimitName, Rates | None] = Field({}, description="Null takes an exception back")


class SuspendTenant(Input):
    """Why a tenant is suspended."""

    reason: Remark


@routes.get("/operator/tenants", permission=Permission.OPERATOR_READ_TENANTS)
def list_tenants(
    q: Search = None,
    status: Annotated[TenantStatus | None, Query(description="Without it, deleted tenants are left out")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> TenantPage:
    """List tenants by id."""
    page = administration.list_tenants(
        principal(), TenantFilter(q=q, status=status), limit=limit, after=_CURSOR.decode(cursor), origin=origin()
    )
    return TenantPage(items=page.tenants, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.get("/operator/tenant-health", permission=Permission.OPERATOR_READ_TENANTS)
def get_tenant_matrix(
    q: Search = None,
    sort: Annotated[
        TenantSort, Query(description="`name` from A, `online` with the worst first, the others with the most first")
    ] = TenantSort.ALERTS,
) -> TenantMatrix:
    """Read how every tenant is doing, with its alerts in each of the last 24 hours."""
    return tenant_health.get_matrix(principal(), sort=sort, q=q, origin=origin())


@routes.post("/operator/tenants", permission=Permission.OPERATOR_MANAGE_TENANTS, status=HTTPStatus.CREATED)
def create_tenant(body: Annotated[CreateTenant, Body()]) -> Tenant:
    """Create a tenant.

    Its devices' policy is made at the broker, and its first administrator is invited by e-mail. 409 when the id is,
    or was, taken, or the address is.
    """
    wanted = NewTenant(
        tenant_id=body.tenant_id,
        name=body.name,
        timezone=body.timezone,
        ip_allowlist=body.ip_allowlist,
        limits={name: parse_rates(rates) for name, rates in body.limits.items()},
        admin_email=body.admin.email,
        admin_name=body.admin.name or "",
    )
    return administration.create_tenant(principal(), wanted, origin=origin())


@routes.get("/operator/tenants/<tenant_id>", permission=Permission.OPERATOR_READ_TENANTS)
def get_tenant(tenant_id: Name) -> Tenant:
    """Read a tenant, a deleted one too."""
    return administration.get_tenant(principal(), tenant_id, origin=origin())


@routes.patch("/operator/tenants/<tenant_id>", permission=Permission.OPERATOR_MANAGE_TENANTS)
def change_tenant(tenant_id: Name, body: Annotated[ChangeTenant, Body()], if_match: IfMatch = None) -> Tenant:
    """Change a tenant."""
    change = TenantChange(
        name=body.name,
        timezone=body.timezone,
        ip_allowlist=body.ip_allowlist,
        limits={name: None if rates is None else parse_rates(rates) for name, rates in body.limits.items()},
    )
    return administration.change_tenant(principal(), tenant_id, change, if_match=if_match, origin=origin())


@routes.delete("/operator/tenants/<tenant_id>", permission=Permission.OPERATOR_MANAGE_TENANTS)
def delete_tenant(tenant_id: Name, if_match: IfMatch = None) -> None:
    """Delete a tenant: nobody of it is let in any more. Its data and its id stay."""
    administration.delete_tenant(principal(), tenant_id, if_match=if_match, origin=origin())


@routes.post("/operator/tenants/<tenant_id>/suspend", permission=Permission.OPERATOR_MANAGE_TENANTS)
def suspend_tenant(tenant_id: Name, body: Annotated[SuspendTenant, Body()], if_match: IfMatch = None) -> Tenant:
    """Suspend a tenant: within a minute nobody of it is let in, and its devices' messages are refused."""
    return administration.suspend_tenant(principal(), tenant_id, reason=body.reason, if_match=if_match, origin=origin())


@routes.post("/operator/tenants/<tenant_id>/resume", permission=Permission.OPERATOR_MANAGE_TENANTS)
def resume_tenant(tenant_id: Name, if_match: IfMatch = None) -> Tenant:
    """Put a suspended tenant back into business."""
    return administration.resume_tenant(principal(), tenant_id, if_match=if_match, origin=origin())
