"""Devices of all tenants, as operators see them. Every look is an audit entry."""

from typing import Final, NamedTuple

from psycopg import sql

from pulse.devices.queries import Device, Lifecycle
from pulse.devices.state import DeviceStatus
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session


class TenantDevice(Device):
    """A device with whose it is."""

    tenant_id: str


class TenantDeviceFilter(NamedTuple):
    """What narrows the list; None does not. Without a lifecycle, decommissioned devices are left out.

    `q` is part of an id, name, serial number or address.
    """

    tenant_id: str | None = None
    q: str | None = None
    status: DeviceStatus | None = None
    lifecycle: Lifecycle | None = None
    device_type: str | None = None


class TenantDevicePosition(NamedTuple):
    """A place in the list, which is in the order of tenants and ids."""

    tenant_id: str
    device_id: str


class TenantDeviceList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    devices: list[TenantDevice]
    next_position: TenantDevicePosition | None
    total: int


_MATCHING: Final = sql.SQL("""
    FROM devices
    JOIN device_state USING (tenant_id, device_id)
    WHERE (%(tenant_id)s::text IS NULL OR devices.tenant_id = %(tenant_id)s)
      AND (%(status)s::text IS NULL OR device_state.status = %(status)s)
      AND (CASE WHEN %(lifecycle)s::text IS NOT NULL THEN devices.lifecycle = %(lifecycle)s
                WHEN %(status)s::text IS NOT NULL THEN devices.lifecycle = 'ACTIVE'
                ELSE devices.lifecycle <> 'DECOMMISSIONED' END)
      AND (%(device_type)s::text IS NULL OR devices.device_type = %(device_type)s)
      AND (%(q)s::text IS NULL
           OR strpos(lower(concat_ws(' ', devices.device_id, devices.name, devices.serial_number, devices.mac)),
                     lower(%(q)s)) > 0)
""")
_PAGE: Final = sql.SQL("""
    SELECT page.*, sites.name AS site_name
    FROM (
        SELECT devices.tenant_id, devices.device_id, devices.name, devices.site_id, devices.device_type,
               devices.lifecycle, devices.tags, device_state.status, device_state.status_changed_at,
               device_state.last_seen_at, device_state.last_telemetry_at
        {matching}
          AND (%(after_tenant_id)s::text IS NULL
               OR (devices.tenant_id, devices.device_id) > (%(after_tenant_id)s, %(after_device_id)s))
        ORDER BY devices.tenant_id, devices.device_id
        LIMIT %(limit)s
    ) AS page
    JOIN sites USING (tenant_id, site_id)
    ORDER BY page.tenant_id, page.device_id
""").format(matching=_MATCHING)
_COUNT: Final = sql.SQL("SELECT count(*) AS total {matching}").format(matching=_MATCHING)


def list_devices_of_tenants(
    actor: Principal,
    wanted: TenantDeviceFilter,
    *,
    limit: int,
    after: TenantDevicePosition | None,
    origin: Origin,
) -> TenantDeviceList:
    """A page of the devices that are wanted, by tenant and id, following `after`. Raises NotPermittedError."""
    parameters = {
        **wanted._asdict(),
        "after_tenant_id": after.tenant_id if after else None,
        "after_device_id": after.device_id if after else None,
        "limit": limit + 1,
    }
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_DEVICES, action="devices.list", origin=origin, tenant_id=wanted.tenant_id
    ) as connection:
        rows = connection.execute(_PAGE, parameters).fetchall()
        count = connection.execute(_COUNT, parameters).fetchone()
    assert count is not None
    devices = [TenantDevice.model_validate(row) for row in rows[:limit]]
    position = TenantDevicePosition(devices[-1].tenant_id, devices[-1].device_id) if len(rows) > limit else None
    return TenantDeviceList(devices, position, count["total"])
