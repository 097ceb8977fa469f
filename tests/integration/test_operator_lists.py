"""Devices and alerts of all tenants: pages, filters, counts, and whose each is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pulse import clock
from pulse.devices.lifecycle import suspend_device
from pulse.subscriptions.lifecycle import SubscriptionKind
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.operator_plane import OperatorPlane
from tests.integration.subscribing import subscribe


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


DEVICE_KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "tenant_id": lambda device: (device["tenant_id"],),
    "name": lambda device: (device["name"].lower(),),
    "device_type": lambda device: (device["device_type"],),
    "status": lambda device: (["OFFLINE", "STALE", "PENDING", "ONLINE"].index(device["status"]),),
    "last_seen_at": lambda device: (device["last_seen_at"] or "",),
}


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", DEVICE_KEYS)
def test_devices_are_sorted_page_by_page(fleets: tuple[Fleet, Fleet], sort: str, order: str) -> None:
    mine = fleets[0]
    for name in ("b", "A", "c", "A"):
        mine.add_device(f"freezer-{uuid4().hex[:6]}", name=name)
    found = pages("/devices", tenant_id=mine.tenant_id, sort=sort, order=order)
    key = DEVICE_KEYS[sort]
    assert found == sorted(
        found, key=lambda device: (*key(device), device["tenant_id"], device["device_id"]), reverse=order == "desc"
    )
    assert len({device["device_id"] for device in found}) == len(found) == 6
    assert {device["tenant_name"] for device in found} == {"Test tenant"}


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_devices_of_every_status_are_sorted_with_the_worst_at_one_end(fleets: tuple[Fleet, Fleet], order: str) -> None:
    alike = f"alike-{uuid4().hex[:8]}"
    expected = []
    for rank, status in enumerate(("OFFLINE", "STALE", "PENDING", "ONLINE")):
        for one in fleets:
            for number in (1, 2):
                device_id = one.add_device(f"{status.lower()}-{number}", name=alike)
                one.rows("UPDATE device_state SET status = %s WHERE device_id = %s RETURNING 1", status, device_id)
                expected.append((rank, one.tenant_id, device_id))
    listed = pages("/devices", q=alike, sort="status", order=order)
    found = [(device["tenant_id"], device["device_id"]) for device in listed]
    assert found == [(tenant_id, name) for _, tenant_id, name in sorted(expected, reverse=order == "desc")]
    silent = pages("/devices", q=alike, sort="status", order=order, status="OFFLINE")
    assert [device["device_id"] for device in silent] == [name for _, name in found if name.startswith("offline")]


def test_devices_of_different_tenants_that_are_alike_are_each_listed_once(fleets: tuple[Fleet, Fleet]) -> None:
    alike = f"alike-{uuid4().hex[:8]}"
    for one in fleets:
        one.add_device("same", name=alike)
        one.add_device("other", name=alike)
    found = [(device["tenant_id"], device["device_id"]) for device in pages("/devices", q=alike, sort="name")]
    assert found == sorted((one.tenant_id, name) for one in fleets for name in ("same", "other"))


@pytest.mark.parametrize("path", ["/devices", "/alerts", "/subscriptions"])
def test_a_cursor_of_another_sort_is_refused(fleets: tuple[Fleet, Fleet], path: str) -> None:
    for one in fleets:
        subscribe(one.tenant_id)
    operators = OperatorPlane("operator")
    cursor = operators.get(path, limit="1")["next_cursor"]
    status, problem, _ = operators.call("GET", f"/operator{path}", query={"sort": "status", "cursor": cursor})
    assert (status, problem["errors"][0]["field"]) == (422, "cursor")


def test_a_sort_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    status, problem, _ = OperatorPlane("operator").call("GET", "/operator/devices", query={"sort": "colour"})
    assert status == 422
    assert problem["errors"][0]["field"] == "sort"
    assert "last_seen_at" in problem["errors"][0]["reason"]


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
    opened = [datetime.fromisoformat(alert["opened_at"]) for alert in found]
    assert opened == sorted(opened, reverse=True)
    assert {fleet.tenant_id for fleet in fleets} <= {alert["tenant_id"] for alert in found}


SEVERITIES = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
ALERT_KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "opened_at": lambda alert: (alert["opened_at"],),
    "last_triggered_at": lambda alert: (alert["last_triggered_at"],),
    "severity": lambda alert: (SEVERITIES.index(alert["severity"]),),
    "status": lambda alert: (["OPEN", "ACKNOWLEDGED", "CLOSED"].index(alert["status"]),),
    "tenant_id": lambda alert: (alert["tenant_id"],),
}


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", ALERT_KEYS)
def test_alerts_are_sorted_page_by_page(fleets: tuple[Fleet, Fleet], sort: str, order: str) -> None:
    mine = fleets[0]
    for severity in ("CRITICAL", "LOW", "LOW"):
        mine.add_rule(f"Much too warm {uuid4()}", severity=severity)
    ingest([mine.message({"metrics": {"temp_c": 10}}, at=NOON + timedelta(seconds=30))])
    found = pages("/alerts", tenant_id=mine.tenant_id, sort=sort, order=order)
    key = ALERT_KEYS[sort]
    assert found == sorted(
        found, key=lambda alert: (*key(alert), alert["opened_at"], alert["alert_id"]), reverse=order == "desc"
    )
    assert len({alert["alert_id"] for alert in found}) == len(found) == 4


def test_an_alert_says_what_its_device_and_its_tenant_are_called(fleet: Fleet) -> None:
    fleet.add_device("freezer-7", name="Freezer at the gate")
    fleet.add_device("freezer-8")
    fleet.add_rule()
    for device_id in ("freezer-7", "freezer-8"):
        ingest([fleet.message({"metrics": {"temp_c": 9}}, device_id=device_id)])
    found = pages("/alerts", tenant_id=fleet.tenant_id)
    assert {(alert["device_id"], alert["device_name"], alert["tenant_name"]) for alert in found} == {
        ("freezer-7", "Freezer at the gate", "Test tenant"),
        ("freezer-8", None, "Test tenant"),
    }


SUBSCRIPTION_KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "term_end": lambda subscription: (subscription["term_end"],),
    "name": lambda subscription: (subscription["name"].lower(),),
    "tenant_id": lambda subscription: (subscription["tenant_id"], subscription["term_end"]),
    "status": lambda subscription: (
        ["TRIAL", "ACTIVE", "GRACE", "SUSPENDED", "EXPIRED"].index(subscription["status"]),
        subscription["term_end"],
    ),
    "devices": lambda subscription: (subscription["devices"],),
}


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", SUBSCRIPTION_KEYS)
def test_subscriptions_are_sorted_page_by_page(fleets: tuple[Fleet, Fleet], sort: str, order: str) -> None:
    mine = fleets[0]
    subscribe(mine.tenant_id, name="b")
    subscribe(mine.tenant_id, kind=SubscriptionKind.TRIAL, name="A", days=14)
    subscribe(mine.tenant_id, kind=SubscriptionKind.TEMPORARY, name="c")
    found = pages("/subscriptions", tenant_id=mine.tenant_id, sort=sort, order=order)
    key = SUBSCRIPTION_KEYS[sort]
    assert found == sorted(found, key=lambda each: (*key(each), each["subscription_id"]), reverse=order == "desc")
    assert len({each["subscription_id"] for each in found}) == len(found) == 3


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
