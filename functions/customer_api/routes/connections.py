"""Sessions of a device at the broker."""

from pulse.api.paging import DEFAULT_LIMIT, Cursor, CursorText, Limit, Page
from pulse.api.request import principal
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import connections
from pulse.devices.connections import ConnectionPosition, DeviceConnection, Presence
from pulse.identity.permissions import Permission

routes = Routes("Devices")
_CURSOR = Cursor(ConnectionPosition)


class ConnectionPage(Page[DeviceConnection]):
    """A page of sessions, newest first."""


@routes.get("/customer/devices/<device_id>/presence", permission=Permission.READ_DEVICES)
def get_device_presence(device_id: Name) -> Presence:
    """Read whether a device is connected to the broker now, and since when."""
    return connections.read_presence_of(principal(), device_id)


@routes.get("/customer/devices/<device_id>/connections", permission=Permission.READ_DEVICES)
def list_device_connections(device_id: Name, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> ConnectionPage:
    """List the sessions of a device at the broker, newest first. Those that have ended are kept for 90 days."""
    page = connections.list_connections(principal(), device_id, limit=limit, after=_CURSOR.decode(cursor))
    return ConnectionPage(items=page.connections, next_cursor=_CURSOR.encode(page.next_position))
