"""What a report says, gathered from the concepts that know it, in bounded memory whatever the size of the fleet."""

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from heapq import nsmallest
from typing import Final, NamedTuple

from pulse.alerts.figures.period import read_period
from pulse.alerts.maintenance.store import load_covers
from pulse.alerts.maintenance.window import Cover, groups_named
from pulse.database import Connection, tenant_session
from pulse.devices.group_conditions import load_memberships
from pulse.devices.names import names_of
from pulse.devices.traits import DeviceTraits, list_traits
from pulse.devices.uptime_queries import read_spans
from pulse.reports.availability import Availability, Interval, measure, total_length
from pulse.reports.report import (
    AvailabilityFigures,
    DeviceAvailability,
    MaintenanceFigures,
    SiteAvailability,
    SlaSummary,
)

_BATCH: Final = 1000
_MOST_DEVICES: Final = 10


class _Window(NamedTuple):
    cover: Cover
    times: Sequence[Interval]


def summarize(tenant_id: str, period: Interval) -> SlaSummary:
    """The figures of a period."""
    total = Availability()
    of_sites: defaultdict[str, Availability] = defaultdict(Availability)
    devices_of_sites: defaultdict[str, int] = defaultdict(int)
    least: list[tuple[float, str, DeviceTraits, Availability]] = []
    with tenant_session(tenant_id) as connection:
        windows = _windows(connection, tenant_id, period)
        for devices in _batches(connection, tenant_id):
            for device, availability in _measured(connection, devices, windows, period):
                total = total.plus(availability)
                of_sites[device.site_id] = of_sites[device.site_id].plus(availability)
                devices_of_sites[device.site_id] += 1
                if availability.down and availability.percent is not None:
                    least.append((availability.percent, device.device_id, device, availability))
            least = nsmallest(_MOST_DEVICES, least)
        least_available = _named(connection, [(device, availability) for _, _, device, availability in least])
        alerts = read_period(connection, tenant_id, start=period.start, end=period.end)
    sites = [
        SiteAvailability.of(availability, site_id=site_id, devices=devices_of_sites[site_id])
        for site_id, availability in of_sites.items()
    ]
    return SlaSummary(
        start=period.start,
        end=period.end,
        devices=sum(devices_of_sites.values()),
        fleet=AvailabilityFigures.of(total),
        sites=sorted(sites, key=_by_availability),
        least_available_devices=least_available,
        alerts=alerts,
        alerts_opened=alerts.opened,
        alerts_closed=alerts.closed,
        alerts_still_open=alerts.still_open,
        maintenance=[
            MaintenanceFigures(
                window_id=window.cover.window_id,
                name=window.cover.name,
                seconds=total_length(window.times, period).total_seconds(),
            )
            for window in windows
            if window.times
        ],
    )


def list_availability(
    tenant_id: str, period: Interval, *, site_id: str | None, after: str, limit: int
) -> list[DeviceAvailability]:
    """Devices with their availability in the order of ids, one more than `limit` if there are more."""
    with tenant_session(tenant_id) as connection:
        windows = _windows(connection, tenant_id, period)
        devices = list_traits(connection, tenant_id, after=after, limit=limit + 1, site_id=site_id)
        return _named(connection, list(_measured(connection, devices, windows, period)))


def measure_devices(
    connection: Connection, tenant_id: str, period: Interval, chosen: Container[str]
) -> Iterator[list[DeviceAvailability]]:
    """The chosen devices, none that was decommissioned, with their availability in the order of ids, some at a time."""
    windows = _windows(connection, tenant_id, period)
    for batch in _batches(connection, tenant_id):
        devices = [device for device in batch if device.device_id in chosen]
        yield _named(connection, list(_measured(connection, devices, windows, period)))


def _batches(connection: Connection, tenant_id: str) -> Iterator[list[DeviceTraits]]:
    after = ""
    while devices := list_traits(connection, tenant_id, after=after, limit=_BATCH):
        yield devices
        after = devices[-1].device_id


def _windows(connection: Connection, tenant_id: str, period: Interval) -> list[_Window]:
    covers = load_covers(connection, [tenant_id], since=period.start, until=period.end).get(tenant_id, [])
    return [
        _Window(
            cover,
            [Interval(time.starts_at, time.ends_at) for time in cover.schedule.between(period.start, period.end)],
        )
        for cover in covers
    ]


def _measured(
    connection: Connection, devices: Sequence[DeviceTraits], windows: Sequence[_Window], period: Interval
) -> Iterator[tuple[DeviceTraits, Availability]]:
    if not devices:
        return
    tenant_id = devices[0].tenant_id
    named = groups_named({tenant_id: [window.cover for window in windows]})
    memberships = load_memberships(connection, [device.key for device in devices], named)
    spans = read_spans(
        connection, tenant_id, [device.device_id for device in devices], start=period.start, end=period.end
    )
    for device in devices:
        groups = memberships.get(device.key, frozenset())
        covered = [
            time for window in windows if window.cover.selector.includes(device, groups) for time in window.times
        ]
        yield device, measure(spans[device.device_id], covered)


def _named(connection: Connection, measured: Sequence[tuple[DeviceTraits, Availability]]) -> list[DeviceAvailability]:
    names = names_of(connection, {device.key for device, _ in measured})
    return [
        DeviceAvailability.of(
            availability, device_id=device.device_id, site_id=device.site_id, device_name=names.get(device.key)
        )
        for device, availability in measured
    ]


def _by_availability(site: SiteAvailability) -> tuple[float, str]:
    return (101.0 if site.availability_percent is None else site.availability_percent, site.site_id)
