"""How long devices were up."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from pulse.api.request import tenant
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.devices import uptime_queries
from pulse.devices.uptime import UptimeRange
from pulse.devices.uptime_queries import DeviceUptime, FleetUptime
from pulse.identity.permissions import Permission

routes = Routes("Devices")

Range = Annotated[UptimeRange, Query(alias="range", description="How far back from now")]


@routes.get("/customer/devices/<device_id>/uptime", permission=Permission.READ_DEVICES)
def get_device_uptime(device_id: Name, uptime_range: Range = UptimeRange.DAY) -> DeviceUptime:
    """Read how long a device was up."""
    return uptime_queries.get_device_uptime(tenant(), device_id, uptime_range=uptime_range)


@routes.get("/customer/fleet/uptime", permission=Permission.READ_DEVICES)
def get_fleet_uptime(uptime_range: Range = UptimeRange.DAY) -> FleetUptime:
    """Read how long the devices of the fleet were up, all of them together."""
    return uptime_queries.get_fleet_uptime(tenant(), uptime_range=uptime_range)
