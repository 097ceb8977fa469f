"""Given this fleet, let time pass, expect exactly these alerts."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import pulse.telemetry.ingest
from pulse.alerts.sweeping.sweep import sweep
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet
from tests.integration.bus_listener import BusListener

BUDGET = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def alerts(fleet: Fleet) -> list[dict[str, Any]]:
    return fleet.rows("SELECT type, status, severity, opened_at, closed_at FROM alerts ORDER BY opened_at, type")


def warm(fleet: Fleet, seconds: float, temperature: float, device_id: str = "freezer-1") -> None:
    ingest([fleet.message({"metrics": {"temp_c": temperature}}, at=at(seconds), device_id=device_id)])


def test_a_silent_device_goes_stale_then_offline_and_one_alert_tells_of_both(fleet: Fleet) -> None:
    fleet.add_device()
    warm(fleet, 0, 4)
    sweep(at(119), budget=BUDGET)
    assert alerts(fleet) == []
    sweep(at(121), budget=BUDGET)
    [alert] = alerts(fleet)
    assert (alert["type"], alert["status"], alert["severity"]) == ("NO_HEARTBEAT", "OPEN", "HIGH")
    assert alert["opened_at"] == at(120)
    sweep(at(301), budget=BUDGET)
    [alert] = alerts(fleet)
    assert alert["severity"] == "CRITICAL"
    assert fleet.rows("SELECT to_status, time FROM device_status_log ORDER BY entry_id") == [
        {"to_status": "ONLINE", "time": at(0)},
        {"to_status": "STALE", "time": at(120)},
        {"to_status": "OFFLINE", "time": at(300)},
    ]


def test_the_next_message_closes_the_alert_of_a_silence(fleet: Fleet) -> None:
    fleet.add_device()
    warm(fleet, 0, 4)
    sweep(at(130), budget=BUDGET)
    ingest([fleet.message(b"", at=at(140), msg_type="heartbeat")])
    [alert] = alerts(fleet)
    assert (alert["status"], alert["closed_at"]) == ("CLOSED", at(140))
    assert fleet.rows("SELECT status FROM device_state") == [{"status": "ONLINE"}]


def test_a_device_that_was_never_heard_of_alerts_nobody(fleet: Fleet) -> None:
    fleet.add_device()
    sweep(at(1_000_000), budget=BUDGET)
    assert alerts(fleet) == []
    assert fleet.rows("SELECT status FROM device_state") == [{"status": "PENDING"}]


@pytest.mark.parametrize("lifecycle", ["SUSPENDED", "DECOMMISSIONED"])
def test_a_device_out_of_service_alerts_nobody(fleet: Fleet, lifecycle: str) -> None:
    fleet.add_device()
    warm(fleet, 0, 4)
    fleet.rows("UPDATE devices SET lifecycle = %s RETURNING device_id", lifecycle)
    sweep(at(400), budget=BUDGET)
    assert alerts(fleet) == []


def test_a_breach_opens_counts_and_closes(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    for seconds, temperature in [(0, 5), (10, 9), (20, 9.5), (30, 10), (40, 5)]:
        warm(fleet, seconds, temperature)
    [alert] = fleet.rows("SELECT status, trigger_count, opened_at, closed_at, closed_reason, summary FROM alerts")
    assert (alert["status"], alert["trigger_count"]) == ("CLOSED", 3)
    assert (alert["opened_at"], alert["closed_at"]) == (at(10), at(40))
    assert alert["closed_reason"] == "the condition no longer holds"
    story = fleet.rows("SELECT event, detail FROM alert_timeline ORDER BY entry_id")
    assert [entry["event"] for entry in story] == ["opened", "closed"]
    assert story[0]["detail"]["values"] == {"temp_c": 9}
    assert story[1]["detail"]["cleared_by"]["values"] == {"temp_c": 5}


def test_a_cause_that_comes_back_opens_a_new_alert(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    ingest([
        fleet.message({"metrics": {"temp_c": temperature}}, at=at(seconds))
        for seconds, temperature in [(0, 9), (10, 5), (20, 9)]
    ])  # fmt: skip
    assert [alert["status"] for alert in alerts(fleet)] == ["CLOSED", "OPEN"]


def test_a_duration_is_completed_by_the_sweep_when_no_sample_comes(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule(duration_seconds=60)
    warm(fleet, 0, 9)
    sweep(at(59), budget=BUDGET)
    assert alerts(fleet) == []
    sweep(at(61), budget=BUDGET)
    assert [(alert["type"], alert["opened_at"]) for alert in alerts(fleet)] == [("THRESHOLD", at(60))]


def test_a_rule_disabled_while_it_waits_does_not_fire(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule(duration_seconds=60)
    warm(fleet, 0, 9)
    fleet.rows("UPDATE alert_rules SET enabled = false RETURNING rule_id")
    sweep(at(61), budget=BUDGET)
    assert alerts(fleet) == []


def test_a_rule_is_for_the_devices_of_its_scope_alone(fleet: Fleet) -> None:
    fleet.add_device("freezer-1")
    fleet.add_device("freezer-2")
    fleet.add_rule(scope={"device_ids": ["freezer-2"]})
    warm(fleet, 0, 9, "freezer-1")
    warm(fleet, 0, 9, "freezer-2")
    assert fleet.rows("SELECT device_id FROM alerts") == [{"device_id": "freezer-2"}]


def test_acknowledged_stays_acknowledged_while_it_goes_on(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    warm(fleet, 0, 9)
    fleet.rows("UPDATE alerts SET status = 'ACKNOWLEDGED', acknowledged_at = now() RETURNING alert_id")
    warm(fleet, 10, 10)
    assert fleet.rows("SELECT status, trigger_count FROM alerts") == [{"status": "ACKNOWLEDGED", "trigger_count": 2}]


def test_what_the_stream_missed_is_evaluated_by_the_sweep_from_the_stored_readings(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.add_device()
    fleet.add_rule()
    warm(fleet, 0, 4)
    sweep(at(130), budget=BUDGET)  # the silence alert is open
    with monkeypatch.context() as patched:
        patched.setattr(pulse.telemetry.ingest, "_follow_up", lambda _: None)  # killed right after the commit
        warm(fleet, 140, 9)
        warm(fleet, 150, 4)
        warm(fleet, 160, 9)
    assert [alert["type"] for alert in alerts(fleet)] == ["NO_HEARTBEAT"]
    fleet.rows("UPDATE device_state SET evaluation_due_at = %s RETURNING device_id", at(200))
    sweep(at(200), budget=BUDGET)
    assert [(alert["type"], alert["status"], alert["opened_at"]) for alert in alerts(fleet)] == [
        ("NO_HEARTBEAT", "CLOSED", at(120)),
        ("THRESHOLD", "CLOSED", at(140)),
        ("THRESHOLD", "OPEN", at(160)),
    ]
    assert fleet.rows("SELECT evaluation_due_at FROM device_state") == [{"evaluation_due_at": None}]


def test_every_change_is_one_event_on_the_bus(fleet: Fleet, bus: BusListener) -> None:
    fleet.add_device()
    fleet.add_rule()
    batch = [fleet.message({"metrics": {"temp_c": 9}}), fleet.message({"metrics": {"temp_c": 4}}, at=at(10))]
    ingest(batch)
    ingest(batch)
    events = bus.of_tenant(fleet.tenant_id, at_least=3)
    assert [event["event_type"] for event in events] == ["device.status_changed", "alert.opened", "alert.closed"]
    assert len({event["event_id"] for event in events}) == 3
    assert events[1]["device_id"] == "freezer-1"
    assert events[1]["severity"] == "HIGH"


def test_a_heartbeat_does_not_hide_what_a_slow_clock_measured(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    ingest([fleet.message(b"", at=at(0), msg_type="heartbeat")])
    ingest([fleet.message({"ts": at(-20).isoformat(), "metrics": {"temp_c": 9}}, at=at(1))])
    assert [alert["status"] for alert in alerts(fleet)] == ["OPEN"]


def test_a_repeated_delivery_never_opens_again_what_a_person_has_closed(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    batch = [fleet.message({"metrics": {"temp_c": 9}})]
    ingest(batch)
    fleet.rows("UPDATE alerts SET status = 'CLOSED', closed_at = now(), closed_by = 'someone' RETURNING alert_id")
    ingest(batch)
    fleet.rows("UPDATE device_state SET evaluation_due_at = %s RETURNING device_id", at(60))
    sweep(at(60), budget=BUDGET)
    assert [alert["status"] for alert in alerts(fleet)] == ["CLOSED"]
    assert fleet.rows("SELECT trigger_count FROM alerts") == [{"trigger_count": 1}]
