"""Devices of all tenants, as operators see them. Every look is an audit entry."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from psycopg import sql
from pydantic import AwareDatetime

from pulse.database import Connection, keyset
from pulse.database.keyset import KeyPart
from pulse.devices.queries import Device, Lifecycle
from pulse.devices.state import DeviceStatus
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import audited_operator_session
from pulse.tenants.registry import names_of_tenants


class TenantDevice(Device):
    """A device with whose it is."""

    tenant_id: str
    tenant_name: str


class TenantDeviceFilter(NamedTuple):
    """What narrows the list; None does not. Without a lifecycle, decommissioned devices are left out.

    `q` is part of an id, name, serial number or address.
    """

    tenant_id: str | None = None
    q: str | None = None
    status: DeviceStatus | None = None
    lifecycle: Lifecycle | None = None
    device_type: str | None = None


class TenantDeviceSort(StrEnum):
    """What the list is sorted by; `status` ascending has the worst first. Ties are in the order of tenants and ids."""

    TENANT_ID = "tenant_id"
    NAME = "name"
    DEVICE_TYPE = "device_type"
    STATUS = "status"
    LAST_SEEN_AT = "last_seen_at"


class TenantDevicePosition(NamedTuple):
    """A place in a list sorted by `sort`: the device there, what a list may be sorted by, and the list's length."""

    sort: TenantDeviceSort
    tenant_id: str
    device_id: str
    name: str
    device_type: str
    status: DeviceStatus
    last_seen_at: AwareDatetime | None
    total: int


class TenantDeviceList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list was on its first page."""

    devices: list[TenantDevice]
    next_position: TenantDevicePosition | None
    total: int


_WANTED: Final = sql.SQL("""
    WHERE (%(tenant_id)s::text IS NULL OR devices.tenant_id = %(tenant_id)s)
      AND (CASE WHEN %(lifecycle)s::text IS NOT NULL THEN devices.lifecycle = %(lifecycle)s
                WHEN %(status)s::text IS NOT NULL THEN devices.lifecycle = 'ACTIVE'
                ELSE devices.lifecycle <> 'DECOMMISSIONED' END)
      AND (%(device_type)s::text IS NULL OR devices.device_type = %(device_type)s)
      AND (%(q)s::text IS NULL
           OR strpos(lower(concat_ws(' ', devices.device_id, devices.name, devices.serial_number, devices.mac)),
                     lower(%(q)s)) > 0)
""")
_MATCHING: Final = sql.SQL("""
    FROM devices
    JOIN device_state USING (tenant_id, device_id)
    {wanted}
      AND (%(status)s::text IS NULL OR device_state.status = %(status)s)
""").format(wanted=_WANTED)
_PAGE: Final = sql.SQL("""
    SELECT devices.tenant_id, devices.device_id, devices.name, devices.site_id, sites.name AS site_name,
           devices.device_type, devices.lifecycle, devices.tags, device_state.status, device_state.status_changed_at,
           device_state.last_seen_at, device_state.last_telemetry_at
    FROM ({chosen}) AS page
    JOIN devices USING (tenant_id, device_id)
    JOIN device_state USING (tenant_id, device_id)
    JOIN sites USING (tenant_id, site_id)
    ORDER BY page.sort_key {direction}, page.tenant_id {direction}, page.device_id {direction}
""")
_CHOSEN: Final = sql.SQL("""
    SELECT devices.tenant_id, devices.device_id, {sort_key} AS sort_key
    {matching}
      AND {beyond}
    ORDER BY {ordering}
    LIMIT %(limit)s
""")
_CHOSEN_OF_EACH: Final = sql.SQL("""
    SELECT tenant_id, device_id, sort_key
    FROM ({chosen}) AS of_each_status
    ORDER BY sort_key {direction}, tenant_id {direction}, device_id {direction}
    LIMIT %(limit)s
""")
_COUNT: Final = sql.SQL("SELECT count(*) AS total {matching}").format(matching=_MATCHING)
# Each device has a state; to find those of all devices takes many times as long as to count the devices.
_COUNT_OF_ANY_STATUS: Final = sql.SQL("SELECT count(*) AS total FROM devices {wanted}").format(wanted=_WANTED)
_TIE: Final = (
    KeyPart(sql.SQL("devices.tenant_id"), sql.SQL("%(after_tenant_id)s")),
    KeyPart(sql.SQL("devices.device_id"), sql.SQL("%(after_device_id)s")),
)
_WORST_FIRST: Final = (DeviceStatus.OFFLINE, DeviceStatus.STALE, DeviceStatus.PENDING, DeviceStatus.ONLINE)
# Tenants, names and types come in the order of an index. When devices were last heard of is read whole and sorted: an
# index of it would be written at each message that arrives, for a list that an operator opens now and then.
_KEYS: Final = {
    TenantDeviceSort.TENANT_ID: _TIE,
    TenantDeviceSort.NAME: (KeyPart(sql.SQL("lower(devices.name)"), sql.SQL("lower(%(after_name)s)")), *_TIE),
    TenantDeviceSort.DEVICE_TYPE: (KeyPart(sql.SQL("devices.device_type"), sql.SQL("%(after_device_type)s")), *_TIE),
    TenantDeviceSort.LAST_SEEN_AT: (
        KeyPart(
            sql.SQL("coalesce(device_state.last_seen_at, '-infinity'::timestamptz)"),
            sql.SQL("coalesce(%(after_last_seen_at)s::timestamptz, '-infinity'::timestamptz)"),
        ),
        *_TIE,
    ),
}


def list_devices_of_tenants(
    actor: Principal,
    wanted: TenantDeviceFilter,
    *,
    sort: TenantDeviceSort = TenantDeviceSort.TENANT_ID,
    descending: bool = False,
    limit: int,
    after: TenantDevicePosition | None,
    origin: Origin,
) -> TenantDeviceList:
    """A page of the devices that are wanted, following `after`. Raises NotPermittedError."""
    parameters: dict[str, Any] = {**wanted._asdict(), "limit": limit + 1}
    if after is not None:
        parameters |= {f"after_{name}": value for name, value in after._asdict().items()}
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_DEVICES, action="devices.list", origin=origin, tenant_id=wanted.tenant_id
    ) as connection:
        rows = connection.execute(_page_by(sort, after=after, descending=descending), parameters).fetchall()
        # Counting goes over all that match, so it is done once for a list and not for each of its pages.
        total = after.total if after else _count(connection, parameters)
        tenants = names_of_tenants(connection, {row["tenant_id"] for row in rows})
    devices = [TenantDevice.model_validate({**row, "tenant_name": tenants[row["tenant_id"]]}) for row in rows[:limit]]
    position = None
    if len(rows) > limit:
        last = devices[-1]
        position = TenantDevicePosition(
            sort,
            last.tenant_id,
            last.device_id,
            last.name,
            last.device_type,
            last.status,
            last.last_seen_at,
            total,
        )
    return TenantDeviceList(devices, position, total)


def _page_by(sort: TenantDeviceSort, *, after: TenantDevicePosition | None, descending: bool) -> sql.Composed:
    direction = sql.SQL("DESC" if descending else "ASC")
    if sort is TenantDeviceSort.STATUS:
        chosen = _chosen_by_status(after.status if after else None, direction, descending=descending)
    else:
        beyond = sql.SQL("true") if after is None else keyset.beyond(_KEYS[sort], descending=descending)
        chosen = _chosen(_KEYS[sort], beyond, sort_key=_KEYS[sort][0].of_row, descending=descending)
    return _PAGE.format(chosen=chosen, direction=direction)


def _chosen_by_status(after: DeviceStatus | None, direction: sql.SQL, *, descending: bool) -> sql.Composed:
    """The page's devices, of each status the first: those that are not ONLINE are few, and have an index."""
    ranks = list(enumerate(_WORST_FIRST))
    if descending:
        ranks.reverse()
    if after is not None:
        ranks = ranks[[status for _, status in ranks].index(after) :]
    of_each = []
    for rank, status in ranks:
        beyond = sql.SQL("device_state.status = {}").format(sql.Literal(status))
        if status is after:
            beyond += sql.SQL(" AND ") + keyset.beyond(_TIE, descending=descending)
        chosen = _chosen(_TIE, beyond, sort_key=sql.Literal(rank), descending=descending)
        of_each.append(sql.SQL("({})").format(chosen))
    return _CHOSEN_OF_EACH.format(chosen=sql.SQL(" UNION ALL ").join(of_each), direction=direction)


def _chosen(
    key: Sequence[KeyPart], beyond: sql.Composable, *, sort_key: sql.Composable, descending: bool
) -> sql.Composed:
    return _CHOSEN.format(
        sort_key=sort_key, matching=_MATCHING, beyond=beyond, ordering=keyset.ordering(key, descending=descending)
    )


def _count(connection: Connection, parameters: dict[str, Any]) -> int:
    count = _COUNT_OF_ANY_STATUS if parameters["status"] is None else _COUNT
    row = connection.execute(count, parameters).fetchone()
    assert row is not None
    return int(row["total"])
