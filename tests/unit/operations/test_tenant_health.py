"""The lines of the tenant matrix, and their order."""

from datetime import timedelta
from typing import Any

import pytest

from pulse.alerts.figures.platform import TenantAlerts
from pulse.devices.fleet_figures import TenantFleet
from pulse.devices.state import DeviceStatus
from pulse.operations.tenant_health import Attention, TenantHealth, TenantSort, arranged, health_of
from pulse.tenants.registry import TenantName
from pulse.tenants.status import TenantStatus
from tests.builders import NOON


def line(tenant_id: str = "acme", *, online: int = 0, offline: int = 0, pending: int = 0, **more: Any) -> TenantHealth:
    counts = dict.fromkeys(DeviceStatus, 0) | {
        DeviceStatus.ONLINE: online,
        DeviceStatus.OFFLINE: offline,
        DeviceStatus.PENDING: pending,
    }
    return health_of(
        TenantName(tenant_id, more.get("name", tenant_id), TenantStatus.ACTIVE),
        TenantFleet(tenant_id, counts, more.get("last_seen_at")),
        TenantAlerts(more.get("alerts", 0), 0, (0,) * 24),
    )


def test_devices_that_were_never_heard_of_are_nobodys_outage() -> None:
    assert line(online=3, offline=1, pending=4).online_percent == 75
    assert line(pending=4).online_percent is None


@pytest.mark.parametrize(
    ("online", "alerts", "attention"),
    [
        (70, 5, Attention.NONE),
        (69, 5, Attention.AMBER),
        (70, 6, Attention.RED),
        (69, 6, Attention.RED),
    ],
)
def test_attention_has_its_bounds(online: int, alerts: int, attention: Attention) -> None:
    assert line(online=online, offline=100 - online, alerts=alerts).attention is attention


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (TenantSort.NAME, ["b", "a", "c"]),
        (TenantSort.ALERTS, ["c", "a", "b"]),
        (TenantSort.DEVICES, ["a", "b", "c"]),
        (TenantSort.ONLINE, ["b", "a", "c"]),
        (TenantSort.LAST_SEEN_AT, ["b", "c", "a"]),
    ],
)
def test_the_matrix_is_in_the_order_that_is_wanted(sort: TenantSort, order: list[str]) -> None:
    items = [
        line("a", name="Bravo", online=9, offline=1, alerts=1),
        line("b", name="alpha", online=1, offline=1, alerts=0, last_seen_at=NOON),
        line("c", name="Charlie", pending=1, alerts=7, last_seen_at=NOON - timedelta(hours=1)),
    ]
    assert [item.tenant_id for item in arranged(items, sort)] == order
