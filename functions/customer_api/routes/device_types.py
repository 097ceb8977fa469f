"""Device types: how often devices are expected to be heard of."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import device_types, registration
from pulse.devices.device_types import ShownDeviceType
from pulse.devices.fields import Factor, IntervalSeconds, ShortText
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Device types")
_CURSOR = Cursor(tuple[str])
_TYPE = "/customer/device-types/<device_type>"


class DeviceTypePage(CountedPage[ShownDeviceType]):
    """A page of device types."""


class CreateDeviceType(registration.DeviceType):
    """A device type that is wanted."""


class ChangeDeviceType(Input):
    """What to change of a device type; what is left out stays."""

    # Not sent is told from sent by `exclude_unset`: the defaults are never written.
    description: ShortText = Field(default_factory=str)
    expected_interval_seconds: IntervalSeconds = Field(default_factory=int)
    stale_factor: Factor = Field(default_factory=float)
    offline_factor: Factor = Field(default_factory=float, description="Above stale_factor")


@routes.get("/customer/device-types", permission=Permission.READ_DEVICES)
def list_device_types(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> DeviceTypePage:
    """List device types by name."""
    after = _CURSOR.decode(cursor)
    page = device_types.list_device_types(tenant(), limit=limit, after=after[0] if after else None)
    return DeviceTypePage(
        items=page.device_types,
        next_cursor=_CURSOR.encode(None if page.next_position is None else (page.next_position,)),
        total=page.total,
    )


@routes.post(
    "/customer/device-types",
    permission=Permission.MANAGE_DEVICES,
    also=(HTTPStatus.CONFLICT,),
    status=HTTPStatus.CREATED,
)
def create_device_type(body: Annotated[CreateDeviceType, Body()]) -> ShownDeviceType:
    """Enter a device type; 409 when the name is taken."""
    return device_types.create_device_type(principal(), body, origin=origin())


@routes.get(_TYPE, permission=Permission.READ_DEVICES)
def get_device_type(device_type: Name) -> ShownDeviceType:
    """Read a device type."""
    return device_types.get_device_type(tenant(), device_type)


@routes.patch(_TYPE, permission=Permission.MANAGE_DEVICES)
def change_device_type(
    device_type: Name, body: Annotated[ChangeDeviceType, Body()], if_match: IfMatch = None
) -> ShownDeviceType:
    """Change a device type.

    The deadlines of its devices follow at once, of those that have no interval of their own.
    """
    changes = body.model_dump(exclude_unset=True)
    return device_types.change_device_type(principal(), device_type, changes, if_match=if_match, origin=origin())


@routes.delete(_TYPE, permission=Permission.MANAGE_DEVICES, also=(HTTPStatus.CONFLICT,))
def delete_device_type(device_type: Name, if_match: IfMatch = None) -> None:
    """Take a device type away; 409 while devices are of it."""
    device_types.delete_device_type(principal(), device_type, if_match=if_match, origin=origin())
