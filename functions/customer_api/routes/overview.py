"""What people see first: how the fleet is doing, in one answer."""

from pydantic import Field

from pulse import clock
from pulse.alerts.alert import AlertStatus
from pulse.alerts.figures import inbox as inbox_figures
from pulse.alerts.figures.inbox import NoisyDevice, TrendPoint
from pulse.alerts.inbox.alert_filter import AlertFilter
from pulse.alerts.inbox.queries import AlertSort, ListedAlert, list_alerts
from pulse.alerts.maintenance.planning import list_windows
from pulse.alerts.maintenance.window import WindowState
from pulse.alerts.rules.queries import list_alert_rules
from pulse.api.request import principal, tenant
from pulse.api.routes import Routes
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.queries import Device
from pulse.devices.search import DeviceSort, FleetSummary, list_devices, summarize_fleet
from pulse.devices.site_queries import Site, list_silent_sites
from pulse.devices.state import DeviceStatus
from pulse.devices.uptime import UptimeRange
from pulse.devices.uptime_queries import FleetUptime, get_fleet_uptime
from pulse.identity.permissions import Permission
from pulse.models import Model

routes = Routes("Overview")

_ALERTS = 6
_TREND_HOURS = 24
_NOISY_DEVICES = 5
_NOISY_DAYS = 7
_RECENT_DEVICES = 5
_SITES = 6


class AlertOverview(Model):
    """The alerts of the tenant."""

    counts: dict[AlertStatus, int] = Field(description="Every status is there")
    gravest: list[ListedAlert] = Field(description=f"Up to {_ALERTS} open ones, the gravest first, grouped")
    trend: list[TrendPoint] = Field(description=f"The last {_TREND_HOURS} hours, the oldest first")
    noisy_devices: list[NoisyDevice] = Field(description=f"Up to {_NOISY_DEVICES}, over {_NOISY_DAYS} days")


class MaintenanceOverview(Model):
    """The maintenance windows that are active."""

    active: int
    name: str | None = Field(description="What one of them is called; null when there is none")


class FirstSteps(Model):
    """What a tenant has done of what makes a fleet look after itself."""

    site: bool
    device: bool
    connected: bool = Field(description="Some device was heard of")
    rule: bool
    channel: bool


class Overview(Model):
    """How the fleet is doing. What the caller may not read is null."""

    fleet: FleetSummary
    uptime: FleetUptime = Field(description="Of the last 24 hours")
    recent_devices: list[Device] = Field(description=f"The {_RECENT_DEVICES} heard of last")
    sites: list[Site] | None = Field(description=f"Up to {_SITES}, those with the most silent devices first")
    alerts: AlertOverview | None
    maintenance: MaintenanceOverview | None
    first_steps: FirstSteps | None


@routes.get("/customer/overview", permission=Permission.READ_DEVICES)
def get_overview() -> Overview:
    """Read how the fleet is doing: devices, uptime, sites, alerts and maintenance at a glance."""
    allowed = principal().permissions
    fleet = summarize_fleet(tenant())
    recent = list_devices(
        tenant(), DeviceFilter(), sort=DeviceSort.LAST_SEEN_AT, descending=True, limit=_RECENT_DEVICES, after=None
    )
    sites = list_silent_sites(tenant(), limit=_SITES) if Permission.READ_SITES in allowed else None
    steps = {Permission.READ_SITES, Permission.READ_ALERT_RULES, Permission.READ_NOTIFICATIONS}
    return Overview(
        fleet=fleet,
        uptime=get_fleet_uptime(tenant(), uptime_range=UptimeRange.DAY),
        recent_devices=recent.devices,
        sites=sites,
        alerts=_alerts() if Permission.READ_ALERTS in allowed else None,
        maintenance=_maintenance() if Permission.READ_MAINTENANCE in allowed else None,
        first_steps=_first_steps(fleet, sites or []) if steps <= allowed else None,
    )


def _alerts() -> AlertOverview:
    now = clock.now()
    gravest = list_alerts(
        tenant(),
        AlertFilter(statuses=frozenset({AlertStatus.OPEN})),
        sort=AlertSort.SEVERITY,
        descending=True,
        limit=_ALERTS,
        after=None,
        grouped=True,
    )
    return AlertOverview(
        counts=gravest.counts,
        gravest=gravest.alerts,
        trend=inbox_figures.get_trend(tenant(), AlertFilter(), now, hours=_TREND_HOURS),
        noisy_devices=inbox_figures.list_noisy_devices(
            tenant(), AlertFilter(), now, days=_NOISY_DAYS, limit=_NOISY_DEVICES
        ),
    )


def _maintenance() -> MaintenanceOverview:
    active = list_windows(tenant(), state=WindowState.ACTIVE, limit=1, after=None)
    return MaintenanceOverview(active=active.total, name=active.windows[0].name if active.windows else None)


def _first_steps(fleet: FleetSummary, sites: list[Site]) -> FirstSteps:
    # Channels bring everything that a message can be sent with.
    from pulse.notifications.managing_channels import list_channels

    return FirstSteps(
        site=bool(sites),
        device=fleet.total > 0,
        connected=any(seen for status, seen in fleet.counts.items() if status is not DeviceStatus.PENDING),
        rule=list_alert_rules(tenant(), limit=1, after=None).total > 0,
        channel=list_channels(tenant(), kinds=(), q=None, limit=1, after=None).total > 0,
    )
