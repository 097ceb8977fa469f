"""Devices that are in no registry: whatever an addon has told an alert about."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import sql
from pydantic import Field

from pulse.database import tenant_session
from pulse.models import Model


class ExternalDevice(Model):
    """Something that a source tells of and that is no device of the registry."""

    external_device_id: UUID
    addon_id: str
    key: str = Field(description="What its addon tells it from others by")
    name: str
    address: str | None
    source_id: UUID = Field(description="The source that told of it last; a gateway has an id of its own here")
    first_seen_at: datetime
    last_seen_at: datetime


class ExternalDevicePosition(NamedTuple):
    """A place in the list, which is by name."""

    name: str
    external_device_id: UUID


class ExternalDeviceList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    devices: list[ExternalDevice]
    next_position: ExternalDevicePosition | None
    total: int


def list_external_devices(
    tenant_id: str, *, q: str | None, limit: int, after: ExternalDevicePosition | None
) -> ExternalDeviceList:
    """A page of them by name."""
    matching = sql.SQL("""
        FROM external_devices
        WHERE tenant_id = %(tenant_id)s
          AND (%(q)s::text IS NULL OR strpos(lower(name), lower(%(q)s)) > 0 OR strpos(address, %(q)s) > 0)
    """)
    parameters = {
        "tenant_id": tenant_id,
        "q": q,
        "after_name": after.name if after else None,
        "after_id": after.external_device_id if after else None,
        "limit": limit + 1,
    }
    with tenant_session(tenant_id) as connection:
        rows = connection.execute(
            sql.SQL("""
            SELECT external_device_id, addon_id, key, name, address, source_id, first_seen_at, last_seen_at {matching}
              AND (%(after_name)s::text IS NULL
                   OR (name COLLATE "C", external_device_id) > (%(after_name)s, %(after_id)s))
            ORDER BY name COLLATE "C", external_device_id
            LIMIT %(limit)s
            """).format(matching=matching),
            parameters,
        ).fetchall()
        counted = connection.execute(sql.SQL("SELECT count(*) AS total {}").format(matching), parameters).fetchone()
    assert counted is not None
    devices = [ExternalDevice.model_validate(row) for row in rows[:limit]]
    more = len(rows) > limit
    position = ExternalDevicePosition(devices[-1].name, devices[-1].external_device_id) if more else None
    return ExternalDeviceList(devices, position, counted["total"])
