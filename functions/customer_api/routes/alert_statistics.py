"""What the alerts of the caller's tenant come to."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from customer_api.routes.alerts import Severities, Types
from pulse import clock
from pulse.alerts.alert import AlertTypeText
from pulse.alerts.figures import inbox as inbox_figures
from pulse.alerts.figures.inbox import NoisyDevice, TrendPoint
from pulse.alerts.inbox.alert_filter import AlertFilter
from pulse.alerts.severity import Severity
from pulse.api.filters import NameFilter
from pulse.api.request import tenant
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission
from pulse.models import Model
from pulse.wall_clock import TimeZone

routes = Routes("Alerts")

Days = Annotated[int, Query(ge=1, le=90, description="How many days back")]


class Trend(Model):
    """Alerts by the hour."""

    items: list[TrendPoint] = Field(description="Oldest first, an entry for every hour; the last one is not over yet")


class HeatmapCell(Model):
    """One hour of the week."""

    weekday: int = Field(ge=1, le=7, description="1 is Monday")
    hour: int = Field(ge=0, le=23)
    opened: int


class AlertHeatmap(Model):
    """Alerts by hour of the week."""

    timezone: str
    start: datetime = Field(description="Midnight before the first day")
    items: list[HeatmapCell] = Field(description="All 168 of them, Monday's first hour first")


class NoisyDevices(Model):
    """Devices with the most alerts."""

    items: list[NoisyDevice] = Field(description="The noisiest first")


@routes.get("/customer/alerts/trend", permission=Permission.READ_ALERTS)
def get_alert_trend(
    hours: Annotated[int, Query(ge=1, le=168, description="How many hours back, the present one included")] = 24,
    severity: Severities = None,
    alert_type: Types = None,
    device_id: NameFilter = None,
    site_id: NameFilter = None,
) -> Trend:
    """Read how many alerts were opened and closed in each hour."""
    wanted = _wanted(severity, alert_type, device_id, site_id)
    return Trend(items=inbox_figures.get_trend(tenant(), wanted, clock.now(), hours=hours))


@routes.get("/customer/alerts/heatmap", permission=Permission.READ_ALERTS)
def get_alert_heatmap(
    timezone: Annotated[TimeZone, Query(description="Whose wall clock counts: the viewer's")] = "UTC",
    days: Days = 28,
    severity: Severities = None,
    alert_type: Types = None,
    device_id: NameFilter = None,
    site_id: NameFilter = None,
) -> AlertHeatmap:
    """Read how many alerts were opened in each hour of the week."""
    wanted = _wanted(severity, alert_type, device_id, site_id)
    heatmap = inbox_figures.get_heatmap(tenant(), wanted, clock.now(), days=days, zone=ZoneInfo(timezone))
    return AlertHeatmap(
        timezone=timezone,
        start=heatmap.start,
        items=[HeatmapCell(weekday=cell.weekday, hour=cell.hour, opened=cell.opened) for cell in heatmap.cells],
    )


@routes.get("/customer/alerts/top-devices", permission=Permission.READ_ALERTS)
def list_noisy_devices(
    days: Days = 7,
    severity: Severities = None,
    alert_type: Types = None,
    site_id: NameFilter = None,
    limit: Annotated[int, Query(ge=1, le=50, description="How many devices")] = 10,
) -> NoisyDevices:
    """List the devices that opened the most alerts."""
    wanted = _wanted(severity, alert_type, None, site_id)
    items = inbox_figures.list_noisy_devices(tenant(), wanted, clock.now(), days=days, limit=limit)
    return NoisyDevices(items=items)


def _wanted(
    severity: list[Severity] | None, alert_type: list[AlertTypeText] | None, device_id: str | None, site_id: str | None
) -> AlertFilter:
    return AlertFilter(
        severities=frozenset(severity) if severity else None,
        types=frozenset(alert_type) if alert_type else None,
        device_id=device_id,
        site_id=site_id,
    )
