"""Every tenant in one line: how its fleet does, what alerts it has, and how the last day went.

A fixed number of statements, whatever the number of tenants.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import Field

from pulse import clock
from pulse.alerts.figures.platform import TenantAlerts, alerts_of_tenants
from pulse.devices.fleet_figures import TenantFleet, fleets_of_tenants
from pulse.devices.state import DeviceStatus
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import audited_operator_session
from pulse.tenants.registry import TenantName, list_customers
from pulse.tenants.status import TenantStatus

_HOUR: Final = timedelta(hours=1)
_HOURS: Final = 24
_AMBER_ONLINE: Final = 70.0
_RED_ALERTS: Final = 5


class Attention(StrEnum):
    """Whom to look at first: RED has more than five live alerts, AMBER less than 70 % of its fleet online."""

    NONE = "NONE"
    AMBER = "AMBER"
    RED = "RED"


class TenantSort(StrEnum):
    """What the matrix is sorted by: names from A, `online` with the worst first, the others with the most first."""

    ALERTS = "alerts"
    DEVICES = "devices"
    ONLINE = "online"
    LAST_SEEN_AT = "last_seen_at"
    NAME = "name"


class TenantHealth(Model):
    """How a tenant is doing."""

    tenant_id: str
    name: str
    status: TenantStatus
    attention: Attention
    devices: int = Field(description="Devices in service")
    counts: dict[DeviceStatus, int]
    online_percent: float | None = Field(description="Of the devices that were ever heard of; null when there are none")
    live_alerts: int
    critical_alerts: int
    alerts_by_hour: list[int] = Field(description="Alerts opened in each of the last 24 hours, the oldest first")
    last_seen_at: datetime | None = Field(description="When a device was last heard of")


class TenantMatrix(Model):
    """All tenants that are not deleted."""

    as_of: datetime
    first_hour: datetime = Field(description="When the first of `alerts_by_hour` begins")
    items: list[TenantHealth]
    total: int


def get_matrix(actor: Principal, *, sort: TenantSort, q: str | None, origin: Origin) -> TenantMatrix:
    """Every tenant, or those with `q` in id or name. Raises NotPermittedError."""
    now = clock.now()
    with audited_operator_session(
        actor, Permission.OPERATOR_READ_TENANTS, action="tenants.health", origin=origin
    ) as connection:
        tenants = list_customers(connection, q=q)
        fleets = fleets_of_tenants(connection)
        alerts = alerts_of_tenants(connection, now=now, hours=_HOURS)
    nothing = TenantAlerts(0, 0, (0,) * _HOURS)
    items = [
        health_of(
            tenant,
            fleets.get(tenant.tenant_id) or TenantFleet(tenant.tenant_id, dict.fromkeys(DeviceStatus, 0), None),
            alerts.get(tenant.tenant_id, nothing),
        )
        for tenant in tenants
    ]
    first_hour = now.replace(minute=0, second=0, microsecond=0) - (_HOURS - 1) * _HOUR
    return TenantMatrix(as_of=now, first_hour=first_hour, items=arranged(items, sort), total=len(items))


def health_of(tenant: TenantName, fleet: TenantFleet, alerts: TenantAlerts) -> TenantHealth:
    """One line of the matrix. Pure."""
    heard_of = fleet.total - fleet.counts[DeviceStatus.PENDING]
    online = round(100 * fleet.counts[DeviceStatus.ONLINE] / heard_of, 2) if heard_of else None
    return TenantHealth(
        tenant_id=tenant.tenant_id,
        name=tenant.name,
        status=tenant.status,
        attention=_attention(online, alerts.live),
        devices=fleet.total,
        counts=fleet.counts,
        online_percent=online,
        live_alerts=alerts.live,
        critical_alerts=alerts.critical,
        alerts_by_hour=list(alerts.opened_by_hour),
        last_seen_at=fleet.last_seen_at,
    )


def arranged(items: list[TenantHealth], sort: TenantSort) -> list[TenantHealth]:
    """In the order wanted; ties are in the order of names. Pure."""
    by_name = sorted(items, key=lambda item: (item.name.lower(), item.tenant_id))
    match sort:
        case TenantSort.NAME:
            return by_name
        case TenantSort.ALERTS:
            return sorted(by_name, key=lambda item: (-item.live_alerts, -item.critical_alerts))
        case TenantSort.DEVICES:
            return sorted(by_name, key=lambda item: -item.devices)
        case TenantSort.ONLINE:
            return sorted(by_name, key=lambda item: (item.online_percent is None, item.online_percent or 0))
        case TenantSort.LAST_SEEN_AT:
            return sorted(by_name, key=lambda item: -item.last_seen_at.timestamp() if item.last_seen_at else 1.0)


def _attention(online_percent: float | None, live_alerts: int) -> Attention:
    if live_alerts > _RED_ALERTS:
        return Attention.RED
    if online_percent is not None and online_percent < _AMBER_ONLINE:
        return Attention.AMBER
    return Attention.NONE
