"""What tenants use is metered into their hours, once each, and shown with what it may cost."""

from datetime import timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.limits.counters import count_request, forget_counts
from pulse.limits.definitions import LimitName
from pulse.limits.rates import Rate
from pulse.telemetry.ingest import ingest
from pulse.usage.meter import meter_usage
from tests.builders import NOON, Fleet
from tests.integration.operator_plane import OperatorPlane

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + 10 * MINUTE)
    forget_counts()


def send(fleet: Fleet, *payloads: dict[str, Any]) -> None:
    ingest([fleet.message(payload, at=NOON + 5 * MINUTE) for payload in payloads])


def hours(fleet: Fleet) -> list[dict[str, Any]]:
    return fleet.rows("SELECT hour, messages, readings, notifications, api_calls FROM usage_hourly ORDER BY hour")


def test_messages_and_their_readings_are_counted_once(fleet: Fleet) -> None:
    fleet.add_device()
    batch = [{"ts": "2037-11-20T12:01:00Z", "metrics": {"t": 1}}, {"ts": "2037-11-20T12:02:00Z", "metrics": {"t": 2}}]
    send(fleet, {"message_id": "a", "metrics": batch}, {"message_id": "b", "metrics": {"t": 3}})
    meter_usage(NOON + 10 * MINUTE)
    meter_usage(NOON + 15 * MINUTE)
    send(fleet, {"message_id": "b", "metrics": {"t": 3}}, {"message_id": "c", "metrics": {"t": 4}})
    meter_usage(NOON + 20 * MINUTE)
    [hour] = hours(fleet)
    assert (hour["hour"], hour["messages"], hour["readings"]) == (NOON, 3, 4)


def test_what_is_used_later_goes_into_the_later_hour(fleet: Fleet) -> None:
    fleet.add_device()
    send(fleet, {"metrics": {"t": 1}})
    meter_usage(NOON + 10 * MINUTE)
    send(fleet, {"metrics": {"t": 2}})
    meter_usage(NOON + 70 * MINUTE)
    assert [(hour["hour"] - NOON, hour["messages"]) for hour in hours(fleet)] == [
        (timedelta(0), 1),
        (timedelta(hours=1), 1),
    ]


def test_calls_of_the_api_are_counted_however_often_the_meter_is_read(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in (1, 1, 2):
        monkeypatch.setattr(clock, "now", lambda minute=minute: NOON + minute * MINUTE)
        count_request(LimitName.API_TENANT, Rate(100_000, 60), fleet.tenant_id, NOON + minute * MINUTE)
    monkeypatch.setattr(clock, "now", lambda: NOON + 10 * MINUTE)
    for _ in range(2):
        meter_usage(NOON + 10 * MINUTE)
    [hour] = hours(fleet)
    assert hour["api_calls"] == 3


def test_storage_is_a_share_of_the_table_by_readings(fleet: Fleet) -> None:
    fleet.add_device()
    send(fleet, {"metrics": {"t": 1}})
    meter_usage(NOON + timedelta(hours=30))
    [row] = fleet.rows("SELECT stored_bytes FROM usage_hourly ORDER BY hour DESC LIMIT 1")
    assert row["stored_bytes"] > 0


def test_operators_see_what_it_may_cost(fleet: Fleet) -> None:
    fleet.add_device()
    send(fleet, {"metrics": {"t": 1}}, {"metrics": {"t": 2}})
    meter_usage(NOON + 10 * MINUTE)
    operators = OperatorPlane()
    price = {"price": "2", "per": 1}
    status, before, text = operators.call("PUT", "/operator/usage/prices/messages", body=price)
    assert status == 200, text
    assert operators.call("PUT", "/operator/usage/prices/messages", body={"price": "-1", "per": 1})[0] == 422
    report = operators.get("/usage")
    [mine] = [item for item in report["items"] if item["tenant_id"] == fleet.tenant_id]
    assert (mine["messages"], float(mine["costs"]["messages"])) == (2, 4.0)
    assert report["total"]["messages"] >= 2
    by_hour = operators.get(f"/tenants/{fleet.tenant_id}/usage", step="hour")
    assert [(item["start"], item["messages"]) for item in by_hour["items"]] == [("2037-11-20T12:00:00Z", 2)]
    assert float(by_hour["total"]["cost"]) >= 4.0
    assert before["version"] > 1


def test_a_year_by_the_hour_is_too_much(fleet: Fleet) -> None:
    query = {"start": "2026-01-01T00:00:00Z", "step": "hour"}
    status, problem, _ = OperatorPlane("operator").call(
        "GET", f"/operator/tenants/{fleet.tenant_id}/usage", query=query
    )
    assert (status, problem["errors"][0]["field"]) == (400, "start")
