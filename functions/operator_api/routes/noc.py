"""What hangs on the wall of a network operations centre."""

from typing import Annotated
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.openapi.params import Query

from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission
from pulse.operations import noc
from pulse.operations.noc import NocEvents, NocHeatmap, NocSeries, NocSummary, NocTopology
from pulse.wall_clock import TimeZone

routes = Routes("Operator: NOC")


@routes.get("/operator/noc/summary", permission=Permission.OPERATOR_READ_NOC)
def get_noc_summary() -> NocSummary:
    """Read the four gauges: fleet online, ingest rate, open alerts, database connections."""
    return noc.get_summary(principal(), origin=origin())


@routes.get("/operator/noc/series", permission=Permission.OPERATOR_READ_NOC)
def get_noc_series(minutes: Annotated[int, Query(ge=5, le=10_080, description="How far back")] = 60) -> NocSeries:
    """Read the four charts: messages, alerts, devices by status, notifications; at most 240 points a curve."""
    return noc.get_series(principal(), minutes=minutes, origin=origin())


@routes.get("/operator/noc/topology", permission=Permission.OPERATOR_READ_NOC)
def get_noc_topology() -> NocTopology:
    """Read the way of a message from device to notification, with health, latency and flow of each component."""
    return noc.get_topology(principal(), origin=origin())


@routes.get("/operator/noc/heatmap", permission=Permission.OPERATOR_READ_NOC)
def get_noc_heatmap(
    days: Annotated[int, Query(ge=1, le=90, description="Today included")] = 7,
    timezone: Annotated[TimeZone, Query(description="Whose wall clock counts: the viewer's")] = "UTC",
) -> NocHeatmap:
    """Read how many alerts of all tenants opened in each hour of the week."""
    return noc.get_heatmap(principal(), days=days, zone=ZoneInfo(timezone), origin=origin())


@routes.get("/operator/noc/events", permission=Permission.OPERATOR_READ_NOC)
def list_noc_events(limit: Annotated[int, Query(ge=1, le=200, description="Most events")] = 50) -> NocEvents:
    """List what happened to alerts and devices last, and what was refused, newest first."""
    return noc.get_events(principal(), limit=limit, origin=origin())
