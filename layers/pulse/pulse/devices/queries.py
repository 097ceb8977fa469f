"""What people ask of a fleet. Every query runs inside one tenant and names it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple

from psycopg import sql
from pydantic import AwareDatetime, BaseModel, Field

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices.state import DeviceStatus
from pulse.errors import NotFoundError


class Lifecycle(StrEnum):
    """Whether a device takes part: a suspended one is refused by ingest, a decommissioned one is history."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    DECOMMISSIONED = "DECOMMISSIONED"


class DeviceSort(StrEnum):
    """What a list of devices is sorted by; `status` ascending has the worst first."""

    DEVICE_ID = "device_id"
    LAST_SEEN_AT = "last_seen_at"
    STATUS = "status"


class Device(BaseModel):
    """A device in a list."""

    device_id: str
    name: str
    site_id: str
    site_name: str
    device_type: str
    lifecycle: Lifecycle
    tags: dict[str, str] = Field(description="A plain tag has an empty value")
    status: DeviceStatus = Field(description="PENDING until first heard of")
    status_changed_at: datetime | None
    last_seen_at: datetime | None = Field(description="Newest message of any kind")
    last_telemetry_at: datetime | None = Field(description="Time of the newest reading")


class ExpectedInterval(BaseModel):
    """How often a device is expected to be heard of."""

    seconds: int
    origin: Literal["device", "device_type"] = Field(description="Whether the device overrides its type")


class MetricReading(BaseModel):
    """The newest value of a metric."""

    metric: str
    value: bool | int | float
    time: datetime = Field(description="When the device measured it")


class DeviceDetail(Device):
    """Everything known of a device."""

    model: str
    manufacturer: str
    serial_number: str
    hardware_version: str
    firmware_version: str
    latitude: float | None
    longitude: float | None
    notes: str
    created_at: datetime
    updated_at: datetime
    expected_interval: ExpectedInterval
    stale_at: datetime | None = Field(description="When it turns STALE unless heard of before")
    offline_at: datetime | None = Field(description="When it turns OFFLINE unless heard of before")
    metrics: list[MetricReading] = Field(description="Newest value of each metric, by name")
    as_of: datetime = Field(description="When this was read")


class LatestMetrics(BaseModel):
    """The newest values of a device."""

    device_id: str
    last_telemetry_at: datetime | None = Field(description="Time of the newest reading")
    metrics: list[MetricReading] = Field(description="Newest value of each metric, by name")
    as_of: datetime = Field(description="When this was read")


class FleetSummary(BaseModel):
    """How a fleet is doing. Decommissioned devices don't count."""

    total: int
    counts: dict[DeviceStatus, int] = Field(description="Devices in each status; every status is there")
    as_of: datetime = Field(description="When this was read")


class DeviceFilter(NamedTuple):
    """What narrows a list; None does not. Without a lifecycle, decommissioned devices are left out."""

    q: str | None = None
    status: DeviceStatus | None = None
    site_id: str | None = None
    device_type: str | None = None
    lifecycle: Lifecycle | None = None


class DevicePosition(NamedTuple):
    """A place in a list sorted by `sort`: the device there, and what a list may be sorted by."""

    sort: DeviceSort
    device_id: str
    status: DeviceStatus
    last_seen_at: AwareDatetime | None


class DeviceList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    devices: list[Device]
    next_position: DevicePosition | None
    total: int


_MATCHING: Final = sql.SQL("""
    FROM devices
    JOIN sites USING (tenant_id, site_id)
    LEFT JOIN device_state USING (tenant_id, device_id)
    WHERE devices.tenant_id = %(tenant_id)s
      AND (%(q)s::text IS NULL OR strpos(lower(devices.device_id), lower(%(q)s)) > 0
           OR strpos(lower(devices.name), lower(%(q)s)) > 0)
      AND (%(status)s::text IS NULL OR coalesce(device_state.status, 'PENDING') = %(status)s)
      AND (%(site_id)s::text IS NULL OR devices.site_id = %(site_id)s)
      AND (%(device_type)s::text IS NULL OR devices.device_type = %(device_type)s)
      AND CASE WHEN %(lifecycle)s::text IS NULL THEN devices.lifecycle <> 'DECOMMISSIONED'
               ELSE devices.lifecycle = %(lifecycle)s END
""")
_COUNT: Final = sql.SQL("SELECT count(*) AS total {matching}").format(matching=_MATCHING)
_PAGE: Final = sql.SQL("""
    SELECT devices.device_id, devices.name, devices.site_id, sites.name AS site_name, devices.device_type,
           devices.lifecycle, devices.tags, coalesce(device_state.status, 'PENDING') AS status,
           device_state.status_changed_at, device_state.last_seen_at, device_state.last_telemetry_at
    {matching}
      AND (%(after_device_id)s::text IS NULL
           OR ({key}, devices.device_id) {beyond} ({after_key}, %(after_device_id)s))
    ORDER BY {key} {direction}, devices.device_id {direction}
    LIMIT %(limit)s
""")
_RANK: Final = sql.SQL("array_position('{{OFFLINE,STALE,PENDING,ONLINE}}'::text[], {status})")
# For each sort, its key in a row and in the position to go on from.
_SORT_KEYS: Final = {
    DeviceSort.DEVICE_ID: (sql.SQL("devices.device_id"), sql.SQL("%(after_device_id)s")),
    DeviceSort.LAST_SEEN_AT: (
        sql.SQL("coalesce(device_state.last_seen_at, '-infinity')"),
        sql.SQL("coalesce(%(after_last_seen_at)s::timestamptz, '-infinity')"),
    ),
    DeviceSort.STATUS: (
        _RANK.format(status=sql.SQL("coalesce(device_state.status, 'PENDING')")),
        _RANK.format(status=sql.SQL("%(after_status)s::text")),
    ),
}


def list_devices(
    tenant_id: str,
    wanted: DeviceFilter,
    *,
    sort: DeviceSort,
    descending: bool,
    limit: int,
    after: DevicePosition | None,
) -> DeviceList:
    """A page of the devices that are wanted, following `after`."""
    key, after_key = _SORT_KEYS[sort]
    page = _PAGE.format(
        matching=_MATCHING,
        key=key,
        after_key=after_key,
        beyond=sql.SQL("<" if descending else ">"),
        direction=sql.SQL("DESC" if descending else "ASC"),
    )
    parameters: dict[str, Any] = {
        **wanted._asdict(),
        "tenant_id": tenant_id,
        "after_device_id": after.device_id if after else None,
        "after_status": after.status if after else None,
        "after_last_seen_at": after.last_seen_at if after else None,
        "limit": limit + 1,
    }
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(page, parameters).fetchall()
        count = connection.execute(_COUNT, parameters).fetchone()
    assert count is not None
    devices = [Device.model_validate(row) for row in rows[:limit]]
    position = None
    if len(rows) > limit:
        last = devices[-1]
        position = DevicePosition(sort, last.device_id, last.status, last.last_seen_at)
    return DeviceList(devices, position, count["total"])


def summarize_fleet(tenant_id: str) -> FleetSummary:
    """Devices in each status."""
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            """
            SELECT coalesce(device_state.status, 'PENDING') AS status, count(*) AS devices
            FROM devices LEFT JOIN device_state USING (tenant_id, device_id)
            WHERE devices.tenant_id = %(tenant_id)s
              AND devices.lifecycle <> 'DECOMMISSIONED'
            GROUP BY 1
            """,
            {"tenant_id": tenant_id},
        ).fetchall()
    counts = dict.fromkeys(DeviceStatus, 0) | {DeviceStatus(row["status"]): row["devices"] for row in rows}
    return FleetSummary(total=sum(counts.values()), counts=counts, as_of=clock.now())


def get_device(tenant_id: str, device_id: str) -> DeviceDetail:
    """One device. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        row = connection.execute(
            """
            SELECT devices.*, sites.name AS site_name, coalesce(device_state.status, 'PENDING') AS status,
                   device_state.status_changed_at, device_state.last_seen_at, device_state.last_telemetry_at,
                   device_state.stale_at, device_state.offline_at,
                   coalesce(device_state.last_metrics, '{}') AS last_metrics,
                   device_types.expected_interval_seconds AS type_interval_seconds
            FROM devices
            JOIN sites USING (tenant_id, site_id)
            JOIN device_types USING (tenant_id, device_type)
            LEFT JOIN device_state USING (tenant_id, device_id)
            WHERE devices.tenant_id = %(tenant_id)s AND devices.device_id = %(device_id)s
            """,
            {"tenant_id": tenant_id, "device_id": device_id},
        ).fetchone()
    if row is None:
        raise _not_found(device_id)
    own_interval = row["expected_interval_seconds"]
    return DeviceDetail(
        **row,
        expected_interval=ExpectedInterval(
            seconds=own_interval or row["type_interval_seconds"],
            origin="device" if own_interval else "device_type",
        ),
        metrics=_readings(row["last_metrics"]),
        as_of=clock.now(),
    )


def get_latest_metrics(tenant_id: str, device_id: str) -> LatestMetrics:
    """The newest values of one device. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        row = connection.execute(
            """
            SELECT device_state.last_telemetry_at, coalesce(device_state.last_metrics, '{}') AS last_metrics
            FROM devices LEFT JOIN device_state USING (tenant_id, device_id)
            WHERE devices.tenant_id = %(tenant_id)s AND devices.device_id = %(device_id)s
            """,
            {"tenant_id": tenant_id, "device_id": device_id},
        ).fetchone()
    if row is None:
        raise _not_found(device_id)
    return LatestMetrics(
        device_id=device_id,
        last_telemetry_at=row["last_telemetry_at"],
        metrics=_readings(row["last_metrics"]),
        as_of=clock.now(),
    )


def require_device(connection: Connection, tenant_id: str, device_id: str) -> None:
    """Raise NotFoundError unless the tenant has such a device."""
    known = connection.execute(
        "SELECT FROM devices WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s",
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    if known is None:
        raise _not_found(device_id)


def site_of_device(connection: Connection, tenant_id: str, device_id: str) -> str:
    """The site that a device is registered at. Raises NotFoundError."""
    row = connection.execute(
        "SELECT site_id FROM devices WHERE tenant_id = %(tenant_id)s AND device_id = %(device_id)s",
        {"tenant_id": tenant_id, "device_id": device_id},
    ).fetchone()
    if row is None:
        raise _not_found(device_id)
    return str(row["site_id"])


def _not_found(device_id: str) -> NotFoundError:
    return NotFoundError(f"there is no device {device_id}")


def _readings(last_metrics: dict[str, dict[str, Any]]) -> list[MetricReading]:
    return [MetricReading(metric=metric, **newest) for metric, newest in sorted(last_metrics.items())]
