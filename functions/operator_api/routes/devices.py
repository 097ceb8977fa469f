"""Devices of all tenants."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from pulse.api.filters import NameFilter, Order, OrderChoice, Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit, bad_cursor
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.devices.across_tenants import (
    TenantDevice,
    TenantDeviceFilter,
    TenantDevicePosition,
    TenantDeviceSort,
    list_devices_of_tenants,
)
from pulse.devices.queries import Lifecycle
from pulse.devices.state import DeviceStatus
from pulse.identity.permissions import Permission

routes = Routes("Operator: devices")
_CURSOR = Cursor(TenantDevicePosition)


class TenantDevicePage(CountedPage[TenantDevice]):
    """A page of devices; `total` is as it was on the first page."""


@routes.get("/operator/devices", permission=Permission.OPERATOR_READ_DEVICES)
def list_devices(
    tenant_id: NameFilter = None,
    q: Search = None,
    status: Annotated[DeviceStatus | None, Query()] = None,
    lifecycle: Annotated[Lifecycle | None, Query(description="Without it, decommissioned devices are left out")] = None,
    device_type: NameFilter = None,
    sort: Annotated[
        TenantDeviceSort,
        Query(description="`status` ascending has the worst first; ties are in the order of tenants and ids"),
    ] = TenantDeviceSort.TENANT_ID,
    order: OrderChoice = Order.ASCENDING,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> TenantDevicePage:
    """List devices of all tenants.

    `q` looks in ids, names, serial numbers and MAC addresses. Keep the filters and the sort as they are while following
    `next_cursor`.
    """
    after = _CURSOR.decode(cursor)
    if after is not None and after.sort is not sort:
        raise bad_cursor()
    wanted = TenantDeviceFilter(tenant_id=tenant_id, q=q, status=status, lifecycle=lifecycle, device_type=device_type)
    page = list_devices_of_tenants(
        principal(),
        wanted,
        sort=sort,
        descending=order is Order.DESCENDING,
        limit=limit,
        after=after,
        origin=origin(),
    )
    return TenantDevicePage(items=page.devices, next_cursor=_CURSOR.encode(page.next_position), total=page.total)
