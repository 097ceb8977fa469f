"""Given a device that is silent, change what is expected of it: its deadlines, its status and its alert follow."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse.alerts.sweeping.sweep import sweep
from pulse.database import tenant_session
from pulse.devices.deadlines import renew_deadlines
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet

BUDGET = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def hear(fleet: Fleet, seconds: float) -> None:
    ingest([fleet.message({"metrics": {"temp_c": 4}}, at=at(seconds))])


def expect_every(fleet: Fleet, interval: int | None, *, now: datetime) -> None:
    change(fleet, "UPDATE devices SET expected_interval_seconds = %s", interval, now=now)


def change(fleet: Fleet, statement: Any, value: object, *, now: datetime) -> None:
    with tenant_session(fleet.tenant_id) as connection:
        connection.execute(statement, (value,))
        renew_deadlines(connection, fleet.tenant_id, device_ids=["freezer-1"], now=now)


def state(fleet: Fleet) -> dict[str, Any]:
    [row] = fleet.rows("SELECT status, stale_at, offline_at FROM device_state WHERE device_id = 'freezer-1'")
    return row


def alerts(fleet: Fleet) -> list[dict[str, Any]]:
    return fleet.rows("SELECT type, status, closed_reason FROM alerts ORDER BY opened_at, type")


@pytest.fixture
def heard(fleet: Fleet) -> Fleet:
    """A device that was heard of at noon; it is STALE after 120 seconds and OFFLINE after 300."""
    fleet.add_device()
    hear(fleet, 0)
    return fleet


def test_a_shorter_interval_holds_from_the_change_on(heard: Fleet) -> None:
    expect_every(heard, 10, now=at(15))
    assert state(heard) == {"status": "ONLINE", "stale_at": at(20), "offline_at": at(50)}


def test_nobody_is_late_by_an_interval_that_did_not_hold_yet(heard: Fleet) -> None:
    expect_every(heard, 10, now=at(90))
    assert state(heard) == {"status": "ONLINE", "stale_at": at(90), "offline_at": at(90)}
    sweep(at(91), budget=BUDGET)
    assert heard.rows("SELECT to_status, time FROM device_status_log ORDER BY entry_id") == [
        {"to_status": "ONLINE", "time": at(0)},
        {"to_status": "STALE", "time": at(90)},
        {"to_status": "OFFLINE", "time": at(90)},
    ]


def test_a_longer_interval_brings_a_silent_device_back_and_closes_its_alert(heard: Fleet) -> None:
    sweep(at(301), budget=BUDGET)
    assert state(heard)["status"] == "OFFLINE"
    expect_every(heard, 3600, now=at(310))
    assert state(heard) == {"status": "ONLINE", "stale_at": at(7200), "offline_at": at(18000)}
    assert alerts(heard) == [
        {"type": "NO_HEARTBEAT", "status": "CLOSED", "closed_reason": "the device is expected less often now"}
    ]
    [last] = heard.rows("SELECT from_status, to_status, time FROM device_status_log ORDER BY entry_id DESC LIMIT 1")
    assert last == {"from_status": "OFFLINE", "to_status": "ONLINE", "time": at(310)}


def test_a_somewhat_longer_interval_makes_an_offline_device_stale(heard: Fleet) -> None:
    sweep(at(301), budget=BUDGET)
    expect_every(heard, 100, now=at(310))
    assert state(heard)["status"] == "STALE"
    sweep(at(499), budget=BUDGET)
    assert state(heard)["status"] == "STALE"
    sweep(at(501), budget=BUDGET)
    assert state(heard)["status"] == "OFFLINE"
    assert [alert["status"] for alert in alerts(heard)] == ["OPEN"]


def test_a_change_of_the_type_moves_the_deadlines_of_its_devices_alone(heard: Fleet) -> None:
    heard.add_device("freezer-2", expected_interval_seconds=30)
    ingest([heard.message({"metrics": {"temp_c": 4}}, at=at(0), device_id="freezer-2")])
    with tenant_session(heard.tenant_id) as connection:
        connection.execute("UPDATE device_types SET expected_interval_seconds = 600, stale_factor = 3")
        renew_deadlines(connection, heard.tenant_id, device_type="freezer", now=at(10))
    deadlines = heard.rows("SELECT device_id, stale_at FROM device_state ORDER BY device_id")
    assert [row["stale_at"] for row in deadlines] == [at(1800), at(90)]


def test_a_device_that_was_never_heard_of_gets_no_deadline(fleet: Fleet) -> None:
    fleet.add_device()
    expect_every(fleet, 10, now=at(0))
    assert state(fleet) == {"status": "PENDING", "stale_at": None, "offline_at": None}


@pytest.mark.parametrize("lifecycle", ["SUSPENDED", "DECOMMISSIONED"])
def test_a_device_out_of_service_loses_its_deadlines_and_its_alerts(heard: Fleet, lifecycle: str) -> None:
    heard.add_rule()
    ingest([heard.message({"metrics": {"temp_c": 9}}, at=at(1))])
    sweep(at(130), budget=BUDGET)
    change(heard, "UPDATE devices SET lifecycle = %s", lifecycle, now=at(140))
    assert (state(heard)["stale_at"], state(heard)["offline_at"]) == (None, None)
    assert {(alert["status"], alert["closed_reason"]) for alert in alerts(heard)} == {
        ("CLOSED", "the device is out of service")
    }
    assert heard.rows("SELECT * FROM rule_state") == []
    sweep(at(400), budget=BUDGET)
    assert len(alerts(heard)) == 2


def test_a_device_back_in_service_has_its_intervals_from_then_on(heard: Fleet) -> None:
    change(heard, "UPDATE devices SET lifecycle = %s", "SUSPENDED", now=at(60))
    change(heard, "UPDATE devices SET lifecycle = %s", "ACTIVE", now=at(1000))
    assert state(heard) == {"status": "ONLINE", "stale_at": at(1120), "offline_at": at(1300)}
    sweep(at(1121), budget=BUDGET)
    assert [alert["status"] for alert in alerts(heard)] == ["OPEN"]


def test_an_offline_device_back_in_service_alerts_anew_when_it_stays_silent(heard: Fleet) -> None:
    sweep(at(301), budget=BUDGET)
    change(heard, "UPDATE devices SET lifecycle = %s", "SUSPENDED", now=at(400))
    change(heard, "UPDATE devices SET lifecycle = %s", "ACTIVE", now=at(1000))
    assert state(heard)["status"] == "STALE"
    sweep(at(1301), budget=BUDGET)
    assert [alert["status"] for alert in alerts(heard)] == ["CLOSED", "OPEN"]


def test_the_sweep_takes_deadlines_from_the_registry_as_it_is(heard: Fleet) -> None:
    """Ingest may go by an interval that it remembers for half a minute."""
    heard.rows("UPDATE devices SET expected_interval_seconds = 3600 RETURNING device_id")
    sweep(at(121), budget=BUDGET)
    assert state(heard) == {"status": "ONLINE", "stale_at": at(7200), "offline_at": at(18000)}
    heard.rows("UPDATE devices SET lifecycle = 'SUSPENDED' RETURNING device_id")
    sweep(at(7201), budget=BUDGET)
    assert (state(heard)["stale_at"], state(heard)["offline_at"]) == (None, None)
    assert alerts(heard) == []
