"""What hangs on the wall of a network operations centre: gauges, curves, the way of a message, heat, and what happens.

Every feed says as of when it is, and every look is an audit entry, a screen's as well as a person's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field

from pulse import clock
from pulse.alerts.figures.heat import start_of_days
from pulse.alerts.figures.platform import count_live, heat_of_platform
from pulse.alerts.severity import Severity
from pulse.database import Connection
from pulse.devices.fleet_figures import count_devices
from pulse.devices.state import DeviceStatus
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import audited_operator_session
from pulse.operations.component import PATHS, Component, ComponentHealth, HealthLevel, judge, worst
from pulse.operations.happenings import Happening, recent_happenings
from pulse.operations.metric_store import STILL_TRUE, read_newest, read_series, whole_minute
from pulse.operations.system_metric import MEANINGS, Sample, SystemMetric
from pulse.tenants.registry import count_tenants
from pulse.tenants.status import TenantStatus

_MINUTE: Final = timedelta(minutes=1)
_MOST_POINTS: Final = 240


class Feed(Model):
    """Something that is shown live."""

    as_of: datetime = Field(description="When this was read; an old one is not to be trusted")


class Gauge(Model):
    """A value with the bounds at which it becomes worrying, on the side that `higher_is_better` says."""

    value: float | None = Field(description="Null when it was not measured lately")
    maximum: float | None = Field(description="End of the scale; null when there is none")
    unit: str
    amber: float | None
    red: float | None
    higher_is_better: bool
    measured_at: datetime | None = Field(description="When the value was true")


class Gauges(Model):
    """The four."""

    fleet_online: Gauge
    ingest_rate: Gauge
    open_alerts: Gauge
    database_connections: Gauge


class NocSummary(Feed):
    """How everything is, in a few numbers."""

    health: HealthLevel = Field(description="Of the worst component")
    gauges: Gauges
    devices: dict[DeviceStatus, int] = Field(description="Devices in service by status, of all tenants")
    alerts: dict[Severity, int] = Field(description="Alerts that are not closed by severity, of all tenants")
    tenants: dict[TenantStatus, int]
    refused_messages_per_minute: float | None
    notifications_waiting: float | None


class Chart(StrEnum):
    """A group of curves that are drawn together."""

    MESSAGES = "messages"
    ALERTS = "alerts"
    DEVICES = "devices"
    NOTIFICATIONS = "notifications"


class Point(Model):
    """A value at a time."""

    time: datetime = Field(description="Start of the step that the value is the average of")
    value: float


class Curve(Model):
    """A metric over time; steps without a value are left out."""

    metric: SystemMetric
    subject: str = Field(description="Which status, severity or outcome; empty where there is only one")
    unit: str
    points: list[Point] = Field(description="The oldest first")


class NocChart(Model):
    """Curves that are drawn together."""

    chart: Chart
    curves: list[Curve]


class NocSeries(Feed):
    """The charts of a time that ends now."""

    start: datetime
    end: datetime
    step_seconds: int
    charts: list[NocChart]


class Connector(Model):
    """From where to where things go."""

    source: Component
    target: Component


class NocTopology(Feed):
    """The way of a message from device to notification."""

    health: HealthLevel = Field(description="Of the worst component")
    components: list[ComponentHealth]
    connectors: list[Connector]


class HeatCell(Model):
    """Alerts of all tenants that opened on an ISO weekday (1 is Monday) in an hour of the day."""

    weekday: int
    hour: int
    opened: int


class NocHeatmap(Feed):
    """When in the week alerts open."""

    start: datetime
    timezone: str
    cells: list[HeatCell] = Field(description="All 168, by weekday and hour")


class NocEvents(Feed):
    """What happened last."""

    events: list[Happening] = Field(description="The newest first")


_CHARTS: Final = {
    Chart.MESSAGES: (SystemMetric.INGEST_RATE,),
    Chart.ALERTS: (SystemMetric.ALERTS_OPENED, SystemMetric.ALERTS_CLOSED),
    Chart.DEVICES: (SystemMetric.DEVICES,),
    Chart.NOTIFICATIONS: (SystemMetric.NOTIFICATIONS,),
}


def get_summary(actor: Principal, *, origin: Origin) -> NocSummary:
    """The gauges: fleet and alerts as of now, the rest as of the last minute. Raises NotPermittedError."""
    now = clock.now()
    with _looking(actor, "noc.summary", origin) as connection:
        devices = count_devices(connection)
        alerts = count_live(connection)
        tenants = count_tenants(connection)
        samples = read_newest(connection, until=now)
    newest = {sample.metric: sample for sample in samples if not sample.subject}
    refused = newest.get(SystemMetric.REFUSED_MESSAGES)
    waiting = newest.get(SystemMetric.NOTIFICATIONS_WAITING)
    return NocSummary(
        as_of=now,
        health=worst(component.health for component in judge(samples, now, still_true=STILL_TRUE)),
        gauges=Gauges(
            fleet_online=_fleet_online(devices, now),
            ingest_rate=_measured(newest.get(SystemMetric.INGEST_RATE), SystemMetric.INGEST_RATE),
            open_alerts=Gauge(
                value=sum(alerts.values()),
                maximum=None,
                unit="alerts",
                amber=None,
                red=None,
                higher_is_better=False,
                measured_at=now,
            ),
            database_connections=_connections(newest),
        ),
        devices=devices,
        alerts=alerts,
        tenants=tenants,
        refused_messages_per_minute=refused.value if refused else None,
        notifications_waiting=waiting.value if waiting else None,
    )


def get_series(actor: Principal, *, minutes: int, origin: Origin) -> NocSeries:
    """The four charts over the last minutes. Raises NotPermittedError."""
    now = clock.now()
    end = whole_minute(now) + _MINUTE
    start = end - minutes * _MINUTE
    step = max(1, -(-minutes // _MOST_POINTS)) * _MINUTE
    with _looking(actor, "noc.series", origin) as connection:
        samples = read_series(
            connection, {metric for metrics in _CHARTS.values() for metric in metrics}, start=start, end=end, step=step
        )
    return NocSeries(
        as_of=now,
        start=start,
        end=end,
        step_seconds=int(step.total_seconds()),
        charts=[
            NocChart(chart=chart, curves=curves_of([sample for sample in samples if sample.metric in metrics]))
            for chart, metrics in _CHARTS.items()
        ],
    )


def get_topology(actor: Principal, *, origin: Origin) -> NocTopology:
    """The components on the way of a message with their health. Raises NotPermittedError."""
    now = clock.now()
    with _looking(actor, "noc.topology", origin) as connection:
        components = judge(read_newest(connection, until=now), now, still_true=STILL_TRUE)
    return NocTopology(
        as_of=now,
        health=worst(component.health for component in components),
        components=components,
        connectors=[Connector(source=source, target=target) for source, target in PATHS],
    )


def get_heatmap(actor: Principal, *, days: int, zone: ZoneInfo, origin: Origin) -> NocHeatmap:
    """Alerts by hour of the week over the last days, by the wall clock of a zone. Raises NotPermittedError."""
    now = clock.now()
    start = start_of_days(now, days, zone)
    with _looking(actor, "noc.heatmap", origin) as connection:
        cells = heat_of_platform(connection, start=start, zone=zone)
    return NocHeatmap(as_of=now, start=start, timezone=zone.key, cells=[HeatCell(**cell._asdict()) for cell in cells])


def get_events(actor: Principal, *, limit: int, origin: Origin) -> NocEvents:
    """What happened to alerts and devices last, and what was refused. Raises NotPermittedError."""
    with _looking(actor, "noc.events", origin) as connection:
        return NocEvents(as_of=clock.now(), events=recent_happenings(connection, limit=limit))


def curves_of(samples: list[Sample]) -> list[Curve]:
    """Samples, which are in the order of metric, subject and time, as curves."""
    curves: dict[tuple[SystemMetric, str], Curve] = {}
    for sample in samples:
        key = (sample.metric, sample.subject)
        if key not in curves:
            unit = MEANINGS[sample.metric].unit
            curves[key] = Curve(metric=sample.metric, subject=sample.subject, unit=unit, points=[])
        curves[key].points.append(Point(time=sample.time, value=sample.value))
    return list(curves.values())


@contextmanager
def _looking(actor: Principal, action: str, origin: Origin) -> Iterator[Connection]:
    with audited_operator_session(actor, Permission.OPERATOR_READ_NOC, action=action, origin=origin) as connection:
        yield connection


def _fleet_online(devices: dict[DeviceStatus, int], now: datetime) -> Gauge:
    """Of the devices that were ever heard of; PENDING ones are nobody's outage."""
    heard_of = sum(count for status, count in devices.items() if status is not DeviceStatus.PENDING)
    return Gauge(
        value=round(100 * devices[DeviceStatus.ONLINE] / heard_of, 2) if heard_of else None,
        maximum=100,
        unit="%",
        amber=95,
        red=80,
        higher_is_better=True,
        measured_at=now,
    )


def _connections(newest: dict[SystemMetric, Sample]) -> Gauge:
    ratio = newest.get(SystemMetric.DATABASE_CONNECTIONS_RATIO)
    return Gauge(
        value=round(100 * ratio.value, 2) if ratio else None,
        maximum=100,
        unit="%",
        amber=70,
        red=90,
        higher_is_better=False,
        measured_at=ratio.time if ratio else None,
    )


def _measured(sample: Sample | None, metric: SystemMetric) -> Gauge:
    return Gauge(
        value=sample.value if sample else None,
        maximum=None,
        unit=MEANINGS[metric].unit,
        amber=None,
        red=None,
        higher_is_better=True,
        measured_at=sample.time if sample else None,
    )
