"""The rows of an export, from the concepts that have them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from pulse.alerts.export_rows import ALERT_COLUMNS, alert_rows
from pulse.database import Connection
from pulse.devices.export_rows import DEVICE_COLUMNS, count_devices, device_rows, exported_devices
from pulse.exports.export import Dataset, ExportWish
from pulse.telemetry.export_rows import READING_COLUMNS, reading_rows

COLUMNS: Final = {
    Dataset.DEVICES: DEVICE_COLUMNS,
    Dataset.ALERTS: ALERT_COLUMNS,
    Dataset.TELEMETRY: READING_COLUMNS,
}


class Page(NamedTuple):
    """Some rows, and the share of the way that is behind with them, 0 to 1."""

    rows: Sequence[dict[str, Any]]
    progress: float


def read_pages(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    """The rows of an export, some at a time: devices by id, alerts and readings by time."""
    match wish.dataset:
        case Dataset.DEVICES:
            return _devices(connection, tenant_id, wish)
        case Dataset.ALERTS:
            return _alerts(connection, tenant_id, wish)
        case Dataset.TELEMETRY:
            return _readings(connection, tenant_id, wish)


def _devices(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    site_id, device_id, status = wish.site_id, wish.device_id, wish.dataset_status
    total = count_devices(connection, tenant_id, site_id=site_id, device_id=device_id, status=status)
    written = 0
    for rows in device_rows(connection, tenant_id, site_id=site_id, device_id=device_id, status=status):
        written += len(rows)
        yield Page(rows, written / max(total, written))


def _alerts(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    start, end = wish.period
    for rows in alert_rows(
        connection,
        tenant_id,
        start,
        end,
        site_id=wish.site_id,
        device_id=wish.device_id,
        status=wish.dataset_status,
    ):
        yield Page(rows, (rows[-1]["opened_at"] - start) / (end - start))


def _readings(connection: Connection, tenant_id: str, wish: ExportWish) -> Iterator[Page]:
    start, end = wish.period
    devices = exported_devices(connection, tenant_id, site_id=wish.site_id, device_id=wish.device_id)
    progress = 0.0
    are_all = wish.site_id is None and wish.device_id is None
    for rows in reading_rows(connection, tenant_id, start, end, devices=devices, are_all=are_all):
        if rows:
            progress = (rows[-1]["time"] - start) / (end - start)
        yield Page(rows, progress)
