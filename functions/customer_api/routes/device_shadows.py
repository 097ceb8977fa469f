"""The shadow of a device: what people want of it, and what it says of itself."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import shadows
from pulse.devices.shadow import Part, Shadow, Whole
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Devices")
_CONFLICT = (HTTPStatus.CONFLICT,)
_DESIRED = "/customer/devices/<device_id>/shadow/desired"


class ReplaceDesired(Input):
    """The state that is desired from now on."""

    desired: Whole = Field(description="At most 8 KiB, nested at most 8 levels deep, without null")


class ChangeDesired(Input):
    """What to change of the desired state."""

    desired: Part = Field(description="What it names is set, null takes away, the rest stays")


@routes.get("/customer/devices/<device_id>/shadow", permission=Permission.READ_DEVICES)
def get_device_shadow(device_id: Name) -> Shadow:
    """Read a device's shadow: the desired state, the reported one, and what is left between them.

    Its version counts the changes of both, so that an ETag is outdated by a report of the device as well.
    """
    return shadows.get_shadow(principal(), device_id)


@routes.put(_DESIRED, permission=Permission.SEND_COMMANDS, also=_CONFLICT)
def replace_desired_state(device_id: Name, body: Annotated[ReplaceDesired, Body()], if_match: IfMatch = None) -> Shadow:
    """Have another state in the place of the desired one; 409 for a decommissioned device.

    AWS IoT tells a device that is connected of the delta at once, and another one when it asks.
    """
    return shadows.replace_desired(principal(), device_id, body.desired, if_match=if_match, origin=origin())


@routes.patch(_DESIRED, permission=Permission.SEND_COMMANDS, also=_CONFLICT)
def change_desired_state(device_id: Name, body: Annotated[ChangeDesired, Body()], if_match: IfMatch = None) -> Shadow:
    """Change parts of the desired state; 409 for a decommissioned device."""
    return shadows.change_desired(principal(), device_id, body.desired, if_match=if_match, origin=origin())
