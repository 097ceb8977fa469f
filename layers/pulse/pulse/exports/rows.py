"""The rows of an export, from the concepts that have them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from pulse.alerts.export_rows import ALERT_COLUMNS, alert_rows
from pulse.database import Connection
from pulse.devices.export_rows import DEVICE_COLUMNS, count_devices, device_rows, exported_devices
from pulse.exports.export import Dataset, ExportWish
from pulse.reports.availability import Interval
from pulse.reports.gathering import measure_devices
from pulse.reports.report import DeviceAvailability
from pulse.telemetry.export_rows import READING_COLUMNS, reading_rows

COLUMNS: Final = {
    Dataset.DEVICES: DEVICE_COLUMNS,
    Dataset.ALERTS: ALERT_COLUMNS,
    Dataset.TELEMETRY: READING_COLUMNS,
    Dataset.AVAILABILITY: tuple(DeviceAvailability.model_fields),
}


class Page(NamedTuple):
    """Some rows, and the share of the way that is behind with them, 0 to 1."""

    rows: Sequence[dict[str, Any]]
    progress: float


def read_pages(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    """The rows of an export, some at a time: devices and their availability by id, alerts and readings by time."""
    match wish.dataset:
        case Dataset.DEVICES:
            return _devices(connection, tenant_id, wish)
        case Dataset.ALERTS:
            return _alerts(connection, tenant_id, wish)
        case Dataset.TELEMETRY:
            return _readings(connection, tenant_id, wish)
        case Dataset.AVAILABILITY:
            return _availability(connection, tenant_id, wish)


def _devices(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    total = count_devices(connection, tenant_id, wish.devices, status=wish.dataset_status)
    written = 0
    for rows in device_rows(connection, tenant_id, wish.devices, status=wish.dataset_status):
        written += len(rows)
        yield Page(rows, written / max(total, written))


def _alerts(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    start, end = wish.period
    # Alerts keep the site and the device that they were of; tags and groups are asked of devices as they are now.
    is_by_device = wish.tags or wish.group_id is not None
    device_ids = exported_devices(connection, tenant_id, wish.devices).keys() if is_by_device else None
    for rows in alert_rows(
        connection,
        tenant_id,
        start,
        end,
        site_id=wish.site_id,
        device_id=wish.device_id,
        device_ids=device_ids,
        status=wish.dataset_status,
    ):
        yield Page(rows, (rows[-1]["opened_at"] - start) / (end - start))


def _readings(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    start, end = wish.period
    devices = exported_devices(connection, tenant_id, wish.devices)
    progress = 0.0
    for rows in reading_rows(connection, tenant_id, start, end, devices=devices, are_all=wish.devices.is_everything):
        if rows:
            progress = (rows[-1]["time"] - start) / (end - start)
        yield Page(rows, progress)


def _availability(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    chosen = exported_devices(connection, tenant_id, wish.devices).keys()
    passed = 0
    for devices in measure_devices(connection, tenant_id, Interval(*wish.period), chosen):
        passed += len(devices)
        yield Page([device.model_dump() for device in devices], passed / max(len(chosen), passed))
