"""How many devices a tenant may have."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import seats
from pulse.devices.seats import Seats
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Operator: tenants")
_LIMIT = "/operator/tenants/<tenant_id>/device-limit"


class SetDeviceLimit(Input):
    """How many devices a tenant may have."""

    device_limit: int = Field(ge=0, le=10_000_000)


@routes.get(_LIMIT, permission=Permission.OPERATOR_READ_TENANTS)
def get_device_limit(tenant_id: Name) -> Seats:
    """Read how many devices a tenant may have, and has."""
    return seats.read_device_limit(principal(), tenant_id, origin=origin())


@routes.put(_LIMIT, permission=Permission.OPERATOR_MANAGE_TENANTS, also=(HTTPStatus.CONFLICT,))
def set_device_limit(tenant_id: Name, body: Annotated[SetDeviceLimit, Body()]) -> Seats:
    """Say how many devices a tenant without subscriptions may have; those above a lowered limit stay.

    409 when it has subscriptions: their seats are what counts, so change one of those.
    """
    return seats.set_device_limit(principal(), tenant_id, body.device_limit, origin=origin())
