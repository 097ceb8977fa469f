"""What the alerts of a tenant come to: by hour, by hour of the week, by device. Counted in SQL on the whole set."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from psycopg import sql
from pydantic import Field

from pulse.alerts.figures.heat import QUARTER, Cell, heat, start_of_days
from pulse.alerts.inbox.alert_filter import MATCHING, AlertFilter
from pulse.alerts.severity import Severity
from pulse.database import Connection, tenant_session
from pulse.devices.names import names_of
from pulse.models import Model

_HOUR: Final = timedelta(hours=1)


class TrendPoint(Model):
    """One hour."""

    hour: datetime = Field(description="When it begins")
    opened: int
    closed: int


class NoisyDevice(Model):
    """A device that alerted."""

    device_id: str
    device_name: str | None = Field(None, description="What it is called, if it has a name")
    site_id: str | None = Field(description="Where its newest alert was")
    opened: int = Field(description="Alerts opened in the period")
    live: int = Field(description="Of those, not closed")
    triggered: int = Field(description="How often the causes of those alerts were seen")
    worst: Severity
    last_opened_at: datetime


class Heatmap(NamedTuple):
    """The cells of a week, for alerts that opened from `start` on."""

    start: datetime
    cells: list[Cell]


_TREND: Final = sql.SQL("""
    WITH opened AS (
        SELECT date_trunc('hour', opened_at) AS hour, count(*) AS alerts
        {matching}
          AND opened_at >= %(first)s AND opened_at < %(until)s
        GROUP BY 1
    ),
    closed AS (
        SELECT date_trunc('hour', closed_at) AS hour, count(*) AS alerts
        {matching}
          AND closed_at >= %(first)s AND closed_at < %(until)s
        GROUP BY 1
    )
    SELECT hour, coalesce(opened.alerts, 0) AS opened, coalesce(closed.alerts, 0) AS closed
    FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, '1 hour') AS hour
    LEFT JOIN opened USING (hour)
    LEFT JOIN closed USING (hour)
    ORDER BY hour
""").format(matching=MATCHING)
_QUARTERS: Final = sql.SQL("""
    SELECT date_bin(%(quarter)s, opened_at, 'epoch') AS quarter, count(*) AS opened {matching} GROUP BY 1
""").format(matching=MATCHING)
_DEVICES: Final = sql.SQL("""
    SELECT device_id, count(*) AS opened, count(*) FILTER (WHERE status <> 'CLOSED') AS live,
           sum(trigger_count) AS triggered, max(severity) AS worst, max(opened_at) AS last_opened_at,
           (array_agg(site_id ORDER BY opened_at DESC))[1] AS site_id
    {matching}
      AND device_id IS NOT NULL
    GROUP BY device_id
    ORDER BY opened DESC, triggered DESC, device_id
    LIMIT %(limit)s
""").format(matching=MATCHING)


def get_trend(tenant_id: str, wanted: AlertFilter, now: datetime, *, hours: int) -> list[TrendPoint]:
    """Alerts opened and closed in each of the last hours, the oldest first; the last one is not over yet."""
    last = now.replace(minute=0, second=0, microsecond=0)
    parameters = {
        **wanted.parameters(tenant_id),
        "first": last - (hours - 1) * _HOUR,
        "last": last,
        "until": last + _HOUR,
    }
    with tenant_session(tenant_id) as connection:
        return [TrendPoint.model_validate(row) for row in connection.execute(_TREND, parameters)]


def get_heatmap(tenant_id: str, wanted: AlertFilter, now: datetime, *, days: int, zone: ZoneInfo) -> Heatmap:
    """Alerts opened in each hour of the week by the wall clock of a zone, over so many days up to now."""
    start = start_of_days(now, days, zone)
    parameters = {**wanted._replace(start=start).parameters(tenant_id), "quarter": QUARTER}
    with tenant_session(tenant_id) as connection:
        quarters = {row["quarter"]: row["opened"] for row in connection.execute(_QUARTERS, parameters)}
    return Heatmap(start, heat(quarters, zone))


def list_noisy_devices(
    tenant_id: str, wanted: AlertFilter, now: datetime, *, days: int, limit: int
) -> list[NoisyDevice]:
    """The devices with the most alerts opened in the last days, the noisiest first."""
    with tenant_session(tenant_id) as connection:
        return _noisy_devices(connection, tenant_id, wanted._replace(start=now - timedelta(days=days)), limit=limit)


def read_noisy_devices(
    connection: Connection, tenant_id: str, *, start: datetime, end: datetime, limit: int
) -> list[NoisyDevice]:
    """The same for alerts opened in a period, in a tenant's session."""
    return _noisy_devices(connection, tenant_id, AlertFilter(start=start, end=end), limit=limit)


def _noisy_devices(connection: Connection, tenant_id: str, wanted: AlertFilter, *, limit: int) -> list[NoisyDevice]:
    rows = connection.execute(_DEVICES, {**wanted.parameters(tenant_id), "limit": limit}).fetchall()
    names = names_of(connection, {(tenant_id, row["device_id"]) for row in rows})
    return [
        NoisyDevice.model_validate({**row, "device_name": names.get((tenant_id, row["device_id"]))}) for row in rows
    ]
