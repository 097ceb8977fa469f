"""What a digest tells, gathered from the concepts that know it."""

from pulse.alerts.figures.period import read_period
from pulse.database import tenant_session
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.search import DeviceSort, list_devices, summarize_fleet
from pulse.devices.state import DeviceStatus
from pulse.digests.digest import DigestFigures, DigestWish, Fleet, SilentDevice
from pulse.digests.plan import Period
from pulse.tenants.registry import get_tenant

_MOST_OFFLINE = 10


def gather(tenant_id: str, wish: DigestWish, period: Period) -> DigestFigures:
    """The figures of a period, and the fleet as it is now."""
    with tenant_session(tenant_id) as connection:
        tenant = get_tenant(connection, tenant_id)
        alerts = read_period(connection, tenant_id, start=period.start, end=period.end)
    summary = summarize_fleet(tenant_id)
    offline = list_devices(
        tenant_id,
        DeviceFilter(statuses=[DeviceStatus.OFFLINE]),
        sort=DeviceSort.LAST_SEEN_AT,
        descending=False,
        limit=_MOST_OFFLINE,
        after=None,
    )
    return DigestFigures(
        tenant_name=tenant.name,
        timezone=wish.timezone,
        cadence=wish.cadence,
        period_start=period.start,
        period_end=period.end,
        alerts=alerts,
        fleet=Fleet(
            devices=summary.total,
            counts=summary.counts,
            offline=[
                SilentDevice(device_id=device.device_id, site_id=device.site_id, last_seen_at=device.last_seen_at)
                for device in offline.devices
            ],
        ),
    )
