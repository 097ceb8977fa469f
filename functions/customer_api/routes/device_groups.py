"""Device groups: static ones, and dynamic ones that a filter makes."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import group_members, groups
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.fields import ShortText
from pulse.devices.group_members import MAXIMUM_AT_ONCE, Entry
from pulse.devices.groups import DeviceGroup, GroupPosition
from pulse.identity.permissions import Permission
from pulse.models import Input
from pulse.texts import Title

routes = Routes("Device groups")
_CURSOR = Cursor(GroupPosition)
_CONFLICT = (HTTPStatus.CONFLICT,)
_GROUP = "/customer/device-groups/<group_id>"


class GroupPage(CountedPage[DeviceGroup]):
    """A page of groups."""


class CreateGroup(Input):
    """A group that is wanted."""

    name: Title
    description: ShortText = ""
    filter: DeviceFilter | None = Field(None, description="Makes a dynamic group; without one it is static")


class ChangeGroup(Input):
    """What to change of a group; what is left out stays."""

    # Not sent is told from sent by `model_fields_set`: the defaults are never written.
    name: Title = Field(default_factory=str)
    description: ShortText = Field(default_factory=str)
    filter: DeviceFilter = Field(default_factory=DeviceFilter, description="Of a dynamic group")


class EnterDevices(Input):
    """Devices that are to be in a group."""

    device_ids: list[Name] = Field(min_length=1, max_length=MAXIMUM_AT_ONCE)


@routes.get("/customer/device-groups", permission=Permission.READ_DEVICES)
def list_device_groups(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> GroupPage:
    """List groups by name.

    The devices of one are those of `/customer/devices?group_id=…`.
    """
    page = groups.list_groups(tenant(), limit=limit, after=_CURSOR.decode(cursor))
    return GroupPage(items=page.groups, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post("/customer/device-groups", permission=Permission.MANAGE_DEVICES, also=_CONFLICT, status=HTTPStatus.CREATED)
def create_device_group(body: Annotated[CreateGroup, Body()]) -> DeviceGroup:
    """Make a group; 409 when the name is taken."""
    return groups.create_group(
        principal(), name=body.name, description=body.description, wanted=body.filter, origin=origin()
    )


@routes.get(_GROUP, permission=Permission.READ_DEVICES)
def get_device_group(group_id: UUID) -> DeviceGroup:
    """Read a group."""
    return groups.get_group(tenant(), group_id)


@routes.patch(_GROUP, permission=Permission.MANAGE_DEVICES, also=_CONFLICT)
def change_device_group(group_id: UUID, body: Annotated[ChangeGroup, Body()], if_match: IfMatch = None) -> DeviceGroup:
    """Change a group; it stays static or dynamic."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    return groups.change_group(principal(), group_id, changes, if_match=if_match, origin=origin())


@routes.delete(_GROUP, permission=Permission.MANAGE_DEVICES)
def delete_device_group(group_id: UUID, if_match: IfMatch = None) -> None:
    """Take a group away; its devices stay."""
    groups.delete_group(principal(), group_id, if_match=if_match, origin=origin())


@routes.post(f"{_GROUP}/devices", permission=Permission.MANAGE_DEVICES, also=_CONFLICT)
def add_devices_to_group(group_id: UUID, body: Annotated[EnterDevices, Body()]) -> Entry:
    """Enter up to 1000 devices into a static group at once, all or none; 409 for a dynamic one.

    400 names the devices that do not exist. Those that are in the group stay.
    """
    return group_members.add_members(principal(), group_id, body.device_ids, origin=origin())


@routes.put(f"{_GROUP}/devices/<device_id>", permission=Permission.MANAGE_DEVICES, also=_CONFLICT)
def add_device_to_group(group_id: UUID, device_id: Name) -> DeviceGroup:
    """Enter a device into a static group; 409 for a dynamic one."""
    return groups.add_member(principal(), group_id, device_id, origin=origin())


@routes.delete(f"{_GROUP}/devices/<device_id>", permission=Permission.MANAGE_DEVICES, also=_CONFLICT)
def remove_device_from_group(group_id: UUID, device_id: Name) -> None:
    """Take a device out of a static group; 409 for a dynamic one."""
    groups.remove_member(principal(), group_id, device_id, origin=origin())
