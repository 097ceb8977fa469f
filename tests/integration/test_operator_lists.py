"""Devices and alerts of all tenants: pages, filters, counts, and whose each is."""

from datetime import timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.devices.lifecycle import suspend_device
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.operator_plane import OperatorPlane


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=1))


@pytest.fixture
def fleets(fleet: Fleet) -> tuple[Fleet, Fleet]:
    """Two tenants with two devices each, one of which is too warm."""
    both = fleet, Fleet()
    for one in both:
        one.add_device("freezer-1", serial_number=f"SN-{one.tenant_id}")
        one.add_device("freezer-2")
        one.add_rule()
        ingest([one.message({"metrics": {"temp_c": 9}})])
    return both


def pages(path: str, **query: str) -> list[dict[str, Any]]:
    """All entries of a list, two on a page."""
    operators = OperatorPlane("operator")
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = operators.get(path, limit="2", **query, **cursor)
        found += page["items"]
        if page["next_cursor"] is None:
            assert page["total"] == len(found)
            return found
        cursor = {"cursor": page["next_cursor"]}


def test_devices_of_all_tenants_are_listed_by_tenant_and_id(fleets: tuple[Fleet, Fleet]) -> None:
    found = [(device["tenant_id"], device["device_id"]) for device in pages("/devices", device_type="freezer")]
    assert found == sorted(found)
    assert len(found) == len(set(found))
    assert {(fleet.tenant_id, name) for fleet in fleets for name in ("freezer-1", "freezer-2")} <= set(found)


def test_devices_are_narrowed(fleets: tuple[Fleet, Fleet]) -> None:
    mine = fleets[0].tenant_id
    assert [device["device_id"] for device in pages("/devices", tenant_id=mine)] == ["freezer-1", "freezer-2"]
    assert [device["device_id"] for device in pages("/devices", tenant_id=mine, status="PENDING")] == ["freezer-2"]
    assert [device["tenant_id"] for device in pages("/devices", q=f"sn-{mine}")] == [mine]
    assert pages("/devices", tenant_id=mine, lifecycle="SUSPENDED") == []
    fleets[0].add_device("at-repair")
    suspend_device(fleets[0].person(), "at-repair", reason="repair", if_match=None, origin=ORIGIN)
    assert [device["device_id"] for device in pages("/devices", tenant_id=mine, status="PENDING")] == ["freezer-2"]
    assert pages("/devices", tenant_id="nobody") == []


def test_alerts_of_all_tenants_are_listed_newest_first(fleets: tuple[Fleet, Fleet]) -> None:
    found = pages("/alerts", type="THRESHOLD")
    opened = [alert["opened_at"] for alert in found]
    assert opened == sorted(opened, reverse=True)
    assert {fleet.tenant_id for fleet in fleets} <= {alert["tenant_id"] for alert in found}


def test_alerts_are_narrowed_and_counted(fleets: tuple[Fleet, Fleet]) -> None:
    mine = fleets[0].tenant_id
    page = OperatorPlane("operator").get("/alerts", tenant_id=mine)
    assert [(alert["tenant_id"], alert["device_id"], alert["severity"]) for alert in page["items"]] == [
        (mine, "freezer-1", "HIGH")
    ]
    assert page["counts"] == {"OPEN": 1, "ACKNOWLEDGED": 0, "CLOSED": 0}
    assert pages("/alerts", tenant_id=mine, severity="LOW") == []
    assert pages("/alerts", tenant_id=mine, status="CLOSED") == []
    assert pages("/alerts", tenant_id=mine, start="2037-11-21T00:00:00Z") == []


def test_a_look_at_one_tenant_is_noted_with_whose_it_is(fleets: tuple[Fleet, Fleet]) -> None:
    operators = OperatorPlane("operator")
    operators.get("/devices", tenant_id=fleets[0].tenant_id)
    assert operators.noted() == ["devices.list"]
    entries = operators_entries(fleets[0])
    assert "devices.list" in entries


def operators_entries(fleet: Fleet) -> list[str]:
    """What operators did that the tenant's own people read in their audit log."""
    return [row["action"] for row in fleet.rows("SELECT action FROM audit_log WHERE cross_tenant")]
