"""The logs of a device: its changes of status, and its way through service."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg import sql
from pydantic import AwareDatetime

from pulse.database import tenant_session
from pulse.devices.queries import Lifecycle, require_device
from pulse.devices.state import DeviceStatus
from pulse.models import Model


class StatusChange(Model):
    """A device was heard of again, or one of its deadlines passed."""

    time: datetime
    from_status: DeviceStatus
    to_status: DeviceStatus


class LifecycleStep(Model):
    """A device was suspended, resumed or decommissioned."""

    time: datetime
    from_lifecycle: Lifecycle
    to_lifecycle: Lifecycle
    reason: str
    actor: str


class LogPosition(NamedTuple):
    """A place in a log, which has the newest first."""

    time: AwareDatetime
    entry_id: int


class LogPage[E](NamedTuple):
    """A page of a log, and where the next one starts (None after the last)."""

    entries: list[E]
    next_position: LogPosition | None


_PAGE: Final = sql.SQL("""
    SELECT *
    FROM {log}
    WHERE tenant_id = %(tenant_id)s
      AND device_id = %(device_id)s
      AND (%(after_time)s::timestamptz IS NULL OR (time, entry_id) < (%(after_time)s, %(after_entry_id)s))
    ORDER BY time DESC, entry_id DESC
    LIMIT %(limit)s
""")


def list_status_changes(
    tenant_id: str, device_id: str, *, limit: int, after: LogPosition | None
) -> LogPage[StatusChange]:
    """A page of a device's changes of status, following `after`. Raises NotFoundError."""
    rows, position = _read("device_status_log", tenant_id, device_id, limit, after)
    return LogPage([StatusChange.model_validate(row) for row in rows], position)


def list_lifecycle_steps(
    tenant_id: str, device_id: str, *, limit: int, after: LogPosition | None
) -> LogPage[LifecycleStep]:
    """A page of a device's way through service, following `after`. Raises NotFoundError."""
    rows, position = _read("device_lifecycle_log", tenant_id, device_id, limit, after)
    return LogPage([LifecycleStep.model_validate(row) for row in rows], position)


def _read(
    log: str, tenant_id: str, device_id: str, limit: int, after: LogPosition | None
) -> tuple[list[dict[str, Any]], LogPosition | None]:
    with tenant_session(tenant_id) as connection:
        require_device(connection, tenant_id, device_id)
        rows = connection.execute(
            _PAGE.format(log=sql.Identifier(log)),
            {
                "tenant_id": tenant_id,
                "device_id": device_id,
                "after_time": after.time if after else None,
                "after_entry_id": after.entry_id if after else None,
                "limit": limit + 1,
            },
        ).fetchall()
    page = rows[:limit]
    position = LogPosition(page[-1]["time"], page[-1]["entry_id"]) if len(rows) > limit else None
    return page, position
