"""The caller's own tenant: its name, its zone, and where it may be called from."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from pulse.api.etags import IfMatch
from pulse.api.networks import Allowlist
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Label
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.tenants import own
from pulse.tenants.own import OwnTenant, OwnTenantChange
from pulse.wall_clock import TimeZone

routes = Routes("Tenant")


class ChangeOwnTenant(Input):
    """What to change; what is left out stays."""

    name: Label | None = None
    timezone: TimeZone | None = None
    ip_allowlist: Allowlist | None = None


@routes.get("/customer/tenant", permission=Permission.READ_TENANT)
def get_own_tenant() -> OwnTenant:
    """Read the caller's tenant: its settings, and the limits that hold for it."""
    return own.get_own_tenant(principal(), origin=origin())


@routes.patch("/customer/tenant", permission=Permission.MANAGE_TENANT)
def change_own_tenant(body: Annotated[ChangeOwnTenant, Body()], if_match: IfMatch = None) -> OwnTenant:
    """Change the tenant's settings.

    An allowlist holds within a minute. One that the caller's own address is not on is refused.
    """
    change = OwnTenantChange(name=body.name, timezone=body.timezone, ip_allowlist=body.ip_allowlist)
    return own.change_own_tenant(principal(), change, if_match=if_match, origin=origin())
