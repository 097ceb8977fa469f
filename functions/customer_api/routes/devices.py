"""Devices of the caller's tenant."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from pulse.api.filters import NameFilter, Order, OrderChoice, Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, bad_cursor
from pulse.api.request import tenant
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import queries
from pulse.devices.queries import (
    Device,
    DeviceDetail,
    DeviceFilter,
    DevicePosition,
    DeviceSort,
    FleetSummary,
    Lifecycle,
)
from pulse.devices.state import DeviceStatus
from pulse.identity.permissions import Permission

routes = Routes("Devices")
_CURSOR = Cursor(DevicePosition)


class DevicePage(CountedPage[Device]):
    """A page of devices."""


@routes.get("/customer/devices", "/api/v2/devices", permission=Permission.READ_DEVICES)
def list_devices(
    q: Search = None,
    status: Annotated[DeviceStatus | None, Query()] = None,
    site_id: NameFilter = None,
    device_type: NameFilter = None,
    lifecycle: Annotated[Lifecycle | None, Query(description="Without it, decommissioned devices are left out")] = None,
    sort: Annotated[
        DeviceSort, Query(description="`status` ascending has the worst first; ties are in the order of ids")
    ] = DeviceSort.DEVICE_ID,
    order: OrderChoice = Order.ASCENDING,
    limit: Annotated[int, Query(ge=1, le=1000, description="Devices on a page")] = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> DevicePage:
    """List devices."""
    after = _CURSOR.decode(cursor)
    if after is not None and after.sort is not sort:
        raise bad_cursor()
    page = queries.list_devices(
        tenant(),
        DeviceFilter(q=q, status=status, site_id=site_id, device_type=device_type, lifecycle=lifecycle),
        sort=sort,
        descending=order is Order.DESCENDING,
        limit=limit,
        after=after,
    )
    return DevicePage(items=page.devices, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.get("/customer/devices/summary", permission=Permission.READ_DEVICES)
def summarize_devices() -> FleetSummary:
    """Count devices by status.

    Decommissioned devices don't count.
    """
    return queries.summarize_fleet(tenant())


@routes.get("/customer/devices/<device_id>", permission=Permission.READ_DEVICES)
def get_device(device_id: Name) -> DeviceDetail:
    """Read a device: its registry entry, its state, and the newest value of each metric."""
    return queries.get_device(tenant(), device_id)
