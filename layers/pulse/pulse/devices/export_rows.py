"""Devices as rows of a file, read from a cursor, so that memory does not grow with their number."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql

from pulse.database import Connection
from pulse.devices.device_filter import Condition, tag_conditions
from pulse.devices.group_conditions import group_conditions, has_group
from pulse.devices.references import find_references
from pulse.devices.state import DeviceStatus
from pulse.errors import FieldError, InvalidInputError

DEVICE_COLUMNS: Final = (
    "device_id", "name", "site_id", "device_type", "lifecycle", "status", "last_seen_at", "last_telemetry_at", "tags",
    "model", "manufacturer", "serial_number", "mac", "imei", "iccid", "hardware_version", "firmware_version",
    "latitude", "longitude", "notes", "parent_device_id", "subscription_id", "created_at",
)  # fmt: skip
_FETCHED_AT_ONCE: Final = 2000


class DeviceChoice(NamedTuple):
    """Which devices a file is about; None of anything: all. They have all of the tags, None: whatever the value."""

    site_id: str | None = None
    device_id: str | None = None
    tags: Mapping[str, str | None] = MappingProxyType({})
    group_id: UUID | None = None

    @property
    def is_everything(self) -> bool:
        """Whether it leaves nobody out."""
        return self.site_id is None and self.device_id is None and not self.tags and self.group_id is None


class ExportedDevice(NamedTuple):
    """Whose readings are exported; those before `readings_since` are another device's (None: all are its own)."""

    site_id: str
    readings_since: datetime | None


_CHOSEN: Final = sql.SQL("""
    FROM devices
    LEFT JOIN device_state USING (tenant_id, device_id)
    WHERE devices.tenant_id = %(tenant_id)s AND {conditions}
""")


def require_chosen(connection: Connection, tenant_id: str, choice: DeviceChoice) -> None:
    """Raise InvalidInputError naming a site, device or group that the tenant does not have."""
    known = find_references(
        connection,
        tenant_id,
        site_ids=[choice.site_id] if choice.site_id else [],
        device_types=[],
        device_ids=[choice.device_id] if choice.device_id else [],
    )
    errors = []
    if choice.site_id is not None and choice.site_id not in known.site_ids:
        errors.append(FieldError("site_id", f"there is no site {choice.site_id}"))
    if choice.device_id is not None and choice.device_id not in known.device_ids:
        errors.append(FieldError("device_id", f"there is no device {choice.device_id}"))
    if choice.group_id is not None and not has_group(connection, tenant_id, choice.group_id):
        errors.append(FieldError("group_id", f"there is no group {choice.group_id}"))
    if errors:
        raise InvalidInputError("; ".join(error.reason for error in errors), errors=tuple(errors))


def count_devices(connection: Connection, tenant_id: str, choice: DeviceChoice, *, status: str | None = None) -> int:
    """How many devices `device_rows` reads; of a status are those in service alone."""
    chosen, parameters = _chosen(connection, tenant_id, choice, status)
    row = connection.execute(sql.SQL("SELECT count(*) AS devices {}").format(chosen), parameters).fetchone()
    assert row is not None
    return int(row["devices"])


def device_rows(
    connection: Connection, tenant_id: str, choice: DeviceChoice, *, status: str | None
) -> Iterator[list[dict[str, Any]]]:
    """Devices with DEVICE_COLUMNS by id, some at a time."""
    chosen, parameters = _chosen(connection, tenant_id, choice, status)
    with connection.cursor(name="exported_devices") as cursor:
        cursor.execute(
            sql.SQL("""
                SELECT device_id, name, site_id, device_type, lifecycle, coalesce(status, %(pending)s) AS status,
                       last_seen_at, last_telemetry_at, tags, model, manufacturer, serial_number, mac, imei, iccid,
                       hardware_version, firmware_version, latitude, longitude, notes, parent_device_id,
                       subscription_id::text, created_at
                {}
                ORDER BY device_id
            """).format(chosen),
            parameters,
        )
        while rows := cursor.fetchmany(_FETCHED_AT_ONCE):
            yield rows


def exported_devices(connection: Connection, tenant_id: str, choice: DeviceChoice) -> dict[str, ExportedDevice]:
    """The devices whose readings are exported, by id."""
    chosen, parameters = _chosen(connection, tenant_id, choice, None)
    rows = connection.execute(
        sql.SQL("SELECT device_id, site_id, readings_since {}").format(chosen),
        parameters,
    )
    return {row["device_id"]: ExportedDevice(row["site_id"], row["readings_since"]) for row in rows}


def _chosen(
    connection: Connection, tenant_id: str, choice: DeviceChoice, status: str | None
) -> tuple[sql.Composed, dict[str, Any]]:
    """FROM and WHERE of the devices, with their parameters."""
    conditions = [
        Condition(sql.SQL("(%(site_id)s::text IS NULL OR devices.site_id = %(site_id)s)"), {"site_id": choice.site_id}),
        Condition(
            sql.SQL("(%(device_id)s::text IS NULL OR devices.device_id = %(device_id)s)"),
            {"device_id": choice.device_id},
        ),
        Condition(
            sql.SQL(
                "(%(status)s::text IS NULL OR lifecycle = 'ACTIVE' AND coalesce(status, %(pending)s) = %(status)s)"
            ),
            {"status": status, "pending": DeviceStatus.PENDING.value},
        ),
        *tag_conditions(choice.tags),
    ]
    if choice.group_id is not None:
        conditions += group_conditions(connection, tenant_id, choice.group_id)
    parameters: dict[str, Any] = {"tenant_id": tenant_id}
    for condition in conditions:
        parameters |= condition.parameters
    clauses = sql.SQL(" AND ").join(condition.clause for condition in conditions)
    return _CHOSEN.format(conditions=clauses), parameters
