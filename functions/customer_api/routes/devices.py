"""Devices of the caller's tenant."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import Order, OrderChoice, Search, TagFilter, tags_of
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, bad_cursor
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import editing, queries, search, seats
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.fields import (
    DeviceId,
    DeviceTypeName,
    Iccid,
    Imei,
    IntervalSeconds,
    Latitude,
    Longitude,
    Mac,
    Notes,
    ShortText,
    SiteId,
    Tags,
)
from pulse.devices.queries import Device, DeviceDetail, Lifecycle
from pulse.devices.registration import DeviceRegistration
from pulse.devices.search import DevicePosition, DeviceSort, FleetSummary
from pulse.devices.seats import Seats
from pulse.devices.state import DeviceStatus
from pulse.identity.permissions import Permission
from pulse.models import Input

routes = Routes("Devices")
_CURSOR = Cursor(DevicePosition)


class DevicePage(CountedPage[Device]):
    """A page of devices; `total` is as it was on the first page."""


class ChangeDevice(Input):
    """What to change of a device; what is left out stays, and null takes back what may be missing."""

    # Not sent is told from sent by `exclude_unset`: the defaults are never written.
    site_id: SiteId = Field(default_factory=str)
    device_type: DeviceTypeName = Field(default_factory=str)
    name: ShortText = Field(default_factory=str)
    tags: Tags = Field(default_factory=dict, description="All of them; a plain tag has an empty value")
    model: ShortText = Field(default_factory=str)
    manufacturer: ShortText = Field(default_factory=str)
    serial_number: ShortText = Field(default_factory=str)
    mac: Mac = Field(default_factory=str)
    imei: Imei = Field(default_factory=str)
    iccid: Iccid = Field(default_factory=str)
    hardware_version: ShortText = Field(default_factory=str)
    firmware_version: ShortText = Field(default_factory=str)
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    notes: Notes = Field(default_factory=str)
    expected_interval_seconds: IntervalSeconds | None = Field(None, description="Null: the device type's")
    parent_device_id: DeviceId | None = None


@routes.get("/customer/devices", "/api/v2/devices", permission=Permission.READ_DEVICES)
def list_devices(
    q: Search = None,
    status: Annotated[
        list[DeviceStatus] | None,
        Query(max_length=4, description="One of these, and in service unless `lifecycle` says otherwise"),
    ] = None,
    site_id: Annotated[list[SiteId] | None, Query(max_length=50, description="One of these")] = None,
    device_type: Annotated[list[DeviceTypeName] | None, Query(max_length=50, description="One of these")] = None,
    tag: TagFilter = None,
    group_id: Annotated[UUID | None, Query(description="In this group")] = None,
    subscription_id: Annotated[UUID | None, Query(description="With a seat of this subscription")] = None,
    parent_device_id: Annotated[DeviceId | None, Query(description="Reached through this gateway")] = None,
    lifecycle: Annotated[Lifecycle | None, Query(description="Without it, decommissioned devices are left out")] = None,
    sort: Annotated[
        DeviceSort, Query(description="`status` ascending has the worst first; ties are in the order of ids")
    ] = DeviceSort.DEVICE_ID,
    order: OrderChoice = Order.ASCENDING,
    limit: Annotated[int, Query(ge=1, le=1000, description="Devices on a page")] = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> DevicePage:
    """List devices.

    Keep the filters and the sort as they are while following `next_cursor`.
    """
    after = _CURSOR.decode(cursor)
    if after is not None and after.sort is not sort:
        raise bad_cursor()
    wanted = DeviceFilter(
        q=q,
        statuses=status or [],
        site_ids=site_id or [],
        device_types=device_type or [],
        tags=tags_of(tag),
        parent_device_id=parent_device_id,
        lifecycle=lifecycle,
    )
    page = search.list_devices(
        tenant(),
        wanted,
        group_id=group_id,
        subscription_id=subscription_id,
        sort=sort,
        descending=order is Order.DESCENDING,
        limit=limit,
        after=after,
    )
    return DevicePage(items=page.devices, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.get("/customer/devices/summary", permission=Permission.READ_DEVICES)
def summarize_devices() -> FleetSummary:
    """Count devices by status."""
    return search.summarize_fleet(tenant())


@routes.get("/customer/devices/seats", permission=Permission.READ_DEVICES)
def get_device_seats() -> Seats:
    """Read how many devices there may be, and are."""
    return seats.get_seats(tenant())


@routes.post(
    "/customer/devices",
    permission=Permission.MANAGE_DEVICES,
    also=(HTTPStatus.CONFLICT,),
    status=HTTPStatus.CREATED,
)
def create_device(body: Annotated[DeviceRegistration, Body()]) -> DeviceDetail:
    """Enter a device.

    It is PENDING until it is heard of, for which it needs a credential. 400 names a site, type or gateway that does
    not exist; 409 when the id is taken, or all device seats are.
    """
    return editing.create_device(principal(), body, origin=origin())


@routes.get("/customer/devices/<device_id>", permission=Permission.READ_DEVICES)
def get_device(device_id: Name) -> DeviceDetail:
    """Read a device: its registry entry, its state, and the newest value of each metric."""
    return queries.get_device(tenant(), device_id)


@routes.patch("/customer/devices/<device_id>", permission=Permission.MANAGE_DEVICES)
def change_device(device_id: Name, body: Annotated[ChangeDevice, Body()], if_match: IfMatch = None) -> DeviceDetail:
    """Change a device's entry.

    Its deadlines follow another type or interval at once.
    """
    changes = body.model_dump(exclude_unset=True)
    return editing.change_device(principal(), device_id, changes, if_match=if_match, origin=origin())
