"""Tags of devices: keys with values, or plain ones."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import Search
from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import editing, queries, tag_queries
from pulse.devices.fields import Tag, Tags, TagValue
from pulse.devices.queries import DeviceTags
from pulse.devices.tag_queries import KnownTag, TagPosition
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Tags")
_CURSOR = Cursor(TagPosition)
_TAGS = "/customer/devices/<device_id>/tags"


class TagPage(Page[KnownTag]):
    """A page of tags."""


class ReplaceTags(Input):
    """The tags that a device is to have."""

    tags: Tags


class PutTag(Input):
    """The value of a tag."""

    value: TagValue = Field("", description="Empty for a plain tag")


@routes.get("/customer/tags", permission=Permission.READ_DEVICES)
def list_tags(q: Search = None, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> TagPage:
    """List the tags in use, with how many devices have each."""
    page = tag_queries.list_tags(tenant(), q=q, limit=limit, after=_CURSOR.decode(cursor))
    return TagPage(items=page.tags, next_cursor=_CURSOR.encode(page.next_position))


@routes.get(_TAGS, permission=Permission.READ_DEVICES)
def get_device_tags(device_id: Name) -> DeviceTags:
    """Read a device's tags."""
    return queries.get_tags(tenant(), device_id)


@routes.put(_TAGS, permission=Permission.MANAGE_DEVICES)
def replace_device_tags(device_id: Name, body: Annotated[ReplaceTags, Body()], if_match: IfMatch = None) -> DeviceTags:
    """Give a device these tags and no others."""
    return editing.replace_tags(principal(), device_id, body.tags, if_match=if_match, origin=origin())


@routes.put(f"{_TAGS}/<tag>", permission=Permission.MANAGE_DEVICES)
def put_device_tag(device_id: Name, tag: Tag, body: Annotated[PutTag, Body()]) -> DeviceTags:
    """Give a device a tag, or a tag of it another value."""
    return editing.put_tag(principal(), device_id, tag, body.value, origin=origin())


@routes.delete(f"{_TAGS}/<tag>", permission=Permission.MANAGE_DEVICES)
def remove_device_tag(device_id: Name, tag: Tag) -> None:
    """Take a tag from a device."""
    editing.remove_tag(principal(), device_id, tag, origin=origin())
