"""Lists of devices, and how a fleet is doing. Made for a hundred thousand devices of one tenant."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import sql
from pydantic import AwareDatetime, Field

from pulse import clock
from pulse.database import Connection, tenant_session
from pulse.devices.device_filter import Condition, DeviceFilter, conditions_of
from pulse.devices.group_conditions import group_conditions
from pulse.devices.queries import Device, Lifecycle
from pulse.devices.state import DeviceStatus
from pulse.models import Model


class DeviceSort(StrEnum):
    """What a list of devices is sorted by; `status` ascending has the worst first."""

    DEVICE_ID = "device_id"
    NAME = "name"
    LAST_SEEN_AT = "last_seen_at"
    STATUS = "status"


class DevicePosition(NamedTuple):
    """A place in a list sorted by `sort`: the device there, what a list may be sorted by, and the list's length."""

    sort: DeviceSort
    device_id: str
    name: str
    status: DeviceStatus
    last_seen_at: AwareDatetime | None
    total: int


class DeviceList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list was on its first page."""

    devices: list[Device]
    next_position: DevicePosition | None
    total: int


class FleetSummary(Model):
    """How a fleet is doing."""

    total: int = Field(description="Devices in service: neither suspended nor decommissioned")
    counts: dict[DeviceStatus, int] = Field(description="Those in service in each status; every status is there")
    suspended: int
    decommissioned: int
    as_of: datetime = Field(description="When this was read")


class _Key(NamedTuple):
    """What a list is sorted by: in a row, and in the position to go on from."""

    column: sql.Composable
    after: sql.Composable
    asks_state: bool


_RANK: Final = sql.SQL("array_position('{{OFFLINE,STALE,PENDING,ONLINE}}'::text[], {status})")
_KEYS: Final = {
    DeviceSort.DEVICE_ID: _Key(sql.SQL("devices.device_id"), sql.SQL("%(after_device_id)s"), asks_state=False),
    DeviceSort.NAME: _Key(sql.SQL("lower(devices.name)"), sql.SQL("lower(%(after_name)s)"), asks_state=False),
    DeviceSort.LAST_SEEN_AT: _Key(
        sql.SQL("coalesce(device_state.last_seen_at, '-infinity'::timestamptz)"),
        sql.SQL("coalesce(%(after_last_seen_at)s::timestamptz, '-infinity'::timestamptz)"),
        asks_state=True,
    ),
    DeviceSort.STATUS: _Key(
        _RANK.format(status=sql.SQL("device_state.status")),
        _RANK.format(status=sql.SQL("%(after_status)s::text")),
        asks_state=True,
    ),
}
_PAGE: Final = sql.SQL("""
    SELECT devices.device_id, devices.name, devices.site_id, sites.name AS site_name, devices.device_type,
           devices.lifecycle, devices.tags, device_state.status, device_state.status_changed_at,
           device_state.last_seen_at, device_state.last_telemetry_at
    FROM (
        SELECT devices.device_id, {key} AS sort_key
        {matching}
        {beyond}
        ORDER BY {key} {direction}, {tie} {direction}
        LIMIT %(limit)s
    ) AS page
    JOIN devices ON devices.tenant_id = %(tenant_id)s AND devices.device_id = page.device_id
    JOIN sites ON sites.tenant_id = %(tenant_id)s AND sites.site_id = devices.site_id
    JOIN device_state ON device_state.tenant_id = %(tenant_id)s AND device_state.device_id = page.device_id
    ORDER BY page.sort_key {direction}, page.device_id {direction}
""")


def list_devices(
    tenant_id: str,
    wanted: DeviceFilter,
    *,
    group_id: UUID | None = None,
    subscription_id: UUID | None = None,
    sort: DeviceSort,
    descending: bool,
    limit: int,
    after: DevicePosition | None,
) -> DeviceList:
    """A page of the devices that are wanted, following `after`.

    A group or a subscription that the tenant does not have is empty.
    """
    key = _KEYS[sort]
    with tenant_session(tenant_id) as connection:
        conditions = conditions_of(wanted)
        if group_id is not None:
            conditions += group_conditions(connection, tenant_id, group_id)
        if subscription_id is not None:
            seated = sql.SQL("devices.subscription_id = %(subscription_id)s")
            conditions.append(Condition(seated, {"subscription_id": subscription_id}))
        parameters = _parameters(tenant_id, conditions, after=after, limit=limit + 1)
        rows = connection.execute(_page(conditions, key, after=after, descending=descending), parameters).fetchall()
        # Counting goes over all that match, so it is done once for a list and not for each of its pages.
        total = after.total if after else _count(connection, conditions, parameters)
    devices = [Device.model_validate(row) for row in rows[:limit]]
    position = None
    if len(rows) > limit:
        last = devices[-1]
        position = DevicePosition(sort, last.device_id, last.name, last.status, last.last_seen_at, total)
    return DeviceList(devices, position, total)


def summarize_fleet(tenant_id: str) -> FleetSummary:
    """Devices in each status."""
    with tenant_session(tenant_id) as connection:
        lifecycles = {
            row["lifecycle"]: row["devices"]
            for row in connection.execute(
                "SELECT lifecycle, count(*) AS devices FROM devices WHERE tenant_id = %(tenant_id)s GROUP BY lifecycle",
                {"tenant_id": tenant_id},
            )
        }
        # The many that are ONLINE are what is left; counting them would take many times as long.
        others = {
            DeviceStatus(row["status"]): row["devices"]
            for row in connection.execute(
                """
                SELECT device_state.status, count(*) AS devices
                FROM device_state
                JOIN devices USING (tenant_id, device_id)
                WHERE device_state.tenant_id = %(tenant_id)s
                  AND device_state.status <> 'ONLINE'
                  AND devices.lifecycle = 'ACTIVE'
                GROUP BY device_state.status
                """,
                {"tenant_id": tenant_id},
            )
        }
    total = lifecycles.get(Lifecycle.ACTIVE, 0)
    online = {DeviceStatus.ONLINE: total - sum(others.values())}
    return FleetSummary(
        total=total,
        counts=dict.fromkeys(DeviceStatus, 0) | others | online,
        suspended=lifecycles.get(Lifecycle.SUSPENDED, 0),
        decommissioned=lifecycles.get(Lifecycle.DECOMMISSIONED, 0),
        as_of=clock.now(),
    )


def matching(conditions: Sequence[Condition], *, asks_state: bool = False) -> sql.Composed:
    """FROM and WHERE of the devices that meet all of the conditions."""
    asks_state = asks_state or any(condition.asks_state for condition in conditions)
    return sql.SQL("FROM devices {state} WHERE devices.tenant_id = %(tenant_id)s AND {conditions}").format(
        state=sql.SQL("JOIN device_state USING (tenant_id, device_id)" if asks_state else ""),
        conditions=sql.SQL(" AND ").join(condition.clause for condition in conditions),
    )


def _page(
    conditions: Sequence[Condition], key: _Key, *, after: DevicePosition | None, descending: bool
) -> sql.Composed:
    # The tie is broken within the table that has the key, so that one index gives the order.
    tie = sql.SQL("device_state.device_id" if key.asks_state else "devices.device_id")
    beyond = sql.SQL("" if after is None else "AND ({key}, {tie}) {beyond} ({after}, %(after_device_id)s)")
    return _PAGE.format(
        key=key.column,
        matching=matching(conditions, asks_state=key.asks_state),
        beyond=beyond.format(key=key.column, tie=tie, beyond=sql.SQL("<" if descending else ">"), after=key.after),
        tie=tie,
        direction=sql.SQL("DESC" if descending else "ASC"),
    )


def _count(connection: Connection, conditions: Sequence[Condition], parameters: dict[str, Any]) -> int:
    query = sql.SQL("SELECT count(*) AS total {matching}").format(matching=matching(conditions))
    row = connection.execute(query, parameters).fetchone()
    assert row is not None
    return int(row["total"])


def _parameters(
    tenant_id: str, conditions: Sequence[Condition], *, after: DevicePosition | None, limit: int
) -> dict[str, Any]:
    parameters: dict[str, Any] = {"tenant_id": tenant_id, "limit": limit}
    for condition in conditions:
        parameters |= condition.parameters
    if after is not None:
        parameters |= {f"after_{name}": value for name, value in after._asdict().items()}
    return parameters
