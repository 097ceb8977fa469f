"""Given rules of each kind, let samples come in order, late, or by a wrong clock; expect exactly these alerts."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import pulse.telemetry.ingest
from pulse.alerts.sweeping.sweep import sweep
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet

BUDGET = timedelta(seconds=30)
WARM = {"kind": "threshold", "conditions": [{"metric": "temp_c", "operator": "GT", "threshold": 8}]}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def measure(fleet: Fleet, measured: float, value: float, *, received: float | None = None) -> None:
    payload = {"ts": at(measured).isoformat(), "metrics": {"temp_c": value}}
    ingest([fleet.message(payload, at=at(measured if received is None else received))])


def alerts(fleet: Fleet) -> list[tuple[Any, ...]]:
    rows = fleet.rows(
        "SELECT type, status, opened_at, closed_at FROM alerts WHERE source = 'rule' ORDER BY opened_at, type"
    )
    return [
        (
            row["type"],
            row["status"],
            *(time and (time - NOON).total_seconds() for time in (row["opened_at"], row["closed_at"])),
        )
        for row in rows
    ]


def test_a_rule_that_was_changed_past_the_api_counts_as_changed_with_the_next_batch(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    measure(fleet, 0, 5)
    change = "UPDATE alert_rules SET criterion = jsonb_set(criterion, '{conditions,0,threshold}', '2') RETURNING name"
    assert fleet.rows(change) == [{"name": "Too warm"}]
    measure(fleet, 1, 5)
    assert alerts(fleet) == [("THRESHOLD", "OPEN", 1, None)]
    assert fleet.rows("UPDATE alert_rules SET enabled = false RETURNING enabled") == [{"enabled": False}]
    measure(fleet, 2, 1)
    assert alerts(fleet) == [("THRESHOLD", "OPEN", 1, None)]


def test_no_telemetry_for_its_time_opens_and_the_next_value_closes(fleet: Fleet) -> None:
    fleet.add_device(expected_interval_seconds=3600)
    fleet.add_rule(criterion={"kind": "telemetry_gap", "metric": "temp_c", "gap_minutes": 11})
    measure(fleet, 0, 4)
    sweep(at(659), budget=BUDGET)
    assert alerts(fleet) == []
    sweep(at(661), budget=BUDGET)
    assert alerts(fleet) == [("NO_TELEMETRY", "OPEN", 660, None)]
    ingest([fleet.message(b"", at=at(700), msg_type="heartbeat")])
    assert alerts(fleet) == [("NO_TELEMETRY", "OPEN", 660, None)]
    measure(fleet, 720, 4)
    assert alerts(fleet) == [("NO_TELEMETRY", "CLOSED", 660, 720)]
    [alert] = fleet.rows("SELECT summary, closed_reason FROM alerts WHERE source = 'rule'")
    assert alert == {"summary": "Too warm: no temp_c for 11 min", "closed_reason": "there is telemetry again"}


def test_an_unusual_value_opens_an_anomaly_and_a_usual_one_closes_it(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule(criterion={"kind": "anomaly", "metric": "temp_c"})
    for i in range(12):
        measure(fleet, i * 10, 4 + i % 2)
    measure(fleet, 120, 40)
    measure(fleet, 130, 4)
    assert alerts(fleet) == [("ANOMALY", "CLOSED", 120, 130)]
    [alert] = fleet.rows("SELECT details FROM alerts WHERE source = 'rule'")
    assert alert["details"]["facts"]["samples"] == 12
    assert alert["details"]["facts"]["mean"] == 4.5


def test_a_window_opens_by_its_average_though_single_values_breach(fleet: Fleet) -> None:
    fleet.add_device()
    window = {"kind": "window", "metric": "temp_c", "aggregation": "avg", "window_seconds": 60}
    fleet.add_rule(criterion={**window, "operator": "GT", "threshold": 8})
    for seconds, value in [(0, 4), (10, 9), (20, 15), (30, 1), (40, 1)]:
        measure(fleet, seconds, value)
    assert alerts(fleet) == [("WINDOW", "CLOSED", 20, 30)]


def test_a_clock_that_is_ahead_blinds_no_rule_once_it_is_put_right(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    measure(fleet, 240, 4, received=0)
    measure(fleet, 10, 9)
    assert alerts(fleet) == [("THRESHOLD", "OPEN", 10, None)]
    [state] = fleet.rows("SELECT evaluation_due_at, evaluated_until FROM device_state")
    assert state == {"evaluation_due_at": None, "evaluated_until": at(10)}


def test_a_clock_that_is_ahead_opens_an_alert_of_the_time_of_receipt(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    measure(fleet, 240, 9, received=0)
    assert alerts(fleet) == [("THRESHOLD", "OPEN", 0, None)]


def test_a_late_reading_breaks_a_run_that_only_seemed_unbroken(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule(criterion={**WARM, "duration_seconds": 60})
    measure(fleet, 0, 9)
    measure(fleet, 40, 9)
    measure(fleet, 30, 4, received=45)
    sweep(at(61), budget=BUDGET)
    assert alerts(fleet) == []
    sweep(at(101), budget=BUDGET)
    assert alerts(fleet) == [("THRESHOLD", "OPEN", 100, None)]


def test_a_late_reading_completes_a_run(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule(criterion={**WARM, "duration_seconds": 60})
    measure(fleet, 40, 9)
    measure(fleet, 65, 9)
    measure(fleet, 0, 9, received=66)
    assert alerts(fleet) == [("THRESHOLD", "OPEN", 60, None)]


def test_a_late_reading_opens_nothing_that_a_newer_one_has_denied(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    measure(fleet, 30, 4)
    measure(fleet, 20, 9, received=31)
    assert alerts(fleet) == []


def test_a_reading_older_than_ten_minutes_changes_nothing_any_more(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule(criterion={**WARM, "duration_seconds": 3600})
    measure(fleet, 0, 9)
    measure(fleet, 1000, 9)
    measure(fleet, 399, 4, received=1001)
    sweep(at(3601), budget=BUDGET)
    assert alerts(fleet) == [("THRESHOLD", "OPEN", 3600, None)]


def test_a_clock_that_jumps_to_and_fro_gives_one_alert(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    for measured, received in [(0, 0), (250, 10), (-100, 20), (30, 30)]:
        measure(fleet, measured, 9, received=received)
    assert alerts(fleet) == [("THRESHOLD", "OPEN", 0, None)]


AVERAGE = {"kind": "window", "metric": "temp_c", "aggregation": "avg", "window_seconds": 60}


@pytest.mark.parametrize(
    ("criterion", "kind"),
    [
        ({"kind": "anomaly", "metric": "temp_c"}, "ANOMALY"),
        ({**AVERAGE, "operator": "GT", "threshold": 8}, "WINDOW"),
    ],
    ids=["anomaly", "window"],
)
def test_a_clock_that_jumps_to_and_fro_hides_nothing_from_rules_over_time(
    fleet: Fleet, criterion: dict[str, Any], kind: str
) -> None:
    fleet.add_device()
    fleet.add_rule(criterion=criterion)
    for i in range(12):
        measure(fleet, i * 10, 4 + i % 2)
    measure(fleet, 360, 200, received=120)
    measure(fleet, 20, 200, received=130)
    assert alerts(fleet) == [(kind, "OPEN", 120, None)]


def test_a_clock_that_jumps_to_and_fro_makes_no_gap_longer_or_shorter(fleet: Fleet) -> None:
    fleet.add_device(expected_interval_seconds=3600)
    fleet.add_rule(criterion={"kind": "telemetry_gap", "gap_minutes": 5})
    measure(fleet, 240, 4, received=0)
    measure(fleet, -100, 4, received=60)
    sweep(at(299), budget=BUDGET)
    assert alerts(fleet) == []
    sweep(at(361), budget=BUDGET)
    assert [(kind, status) for kind, status, *_ in alerts(fleet)] == [("NO_TELEMETRY", "OPEN")]


@pytest.mark.parametrize("measured", [240, -3000])
def test_the_clock_of_a_device_says_nothing_about_its_silence(fleet: Fleet, measured: float) -> None:
    fleet.add_device()
    measure(fleet, measured, 4, received=0)
    sweep(at(119), budget=BUDGET)
    assert fleet.rows("SELECT type FROM alerts") == []
    sweep(at(121), budget=BUDGET)
    assert fleet.rows("SELECT type, opened_at FROM alerts") == [{"type": "NO_HEARTBEAT", "opened_at": at(120)}]


@pytest.mark.parametrize("criterion", [WARM, {"kind": "telemetry_gap", "gap_minutes": 1}])
def test_a_device_on_its_way_out_of_service_alerts_nobody(fleet: Fleet, criterion: dict[str, Any]) -> None:
    """Ingest may remember it for half a minute as it was."""
    fleet.add_device()
    measure(fleet, 0, 4)
    fleet.add_rule(criterion=criterion)
    fleet.rows("UPDATE device_state SET stale_at = NULL, offline_at = NULL RETURNING device_id")
    measure(fleet, 10, 9)
    sweep(at(1000), budget=BUDGET)
    assert fleet.rows("SELECT * FROM alerts") == []


def test_what_the_stream_missed_of_every_kind_is_caught_up(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.add_device(expected_interval_seconds=3600)
    fleet.add_rule("Gap", criterion={"kind": "telemetry_gap", "gap_minutes": 1})
    fleet.add_rule("Anomaly", criterion={"kind": "anomaly", "metric": "temp_c"})
    with monkeypatch.context() as patched:
        patched.setattr(pulse.telemetry.ingest, "_follow_up", lambda _: None)  # killed right after the commit
        for i in range(12):
            measure(fleet, i * 10, 4 + i % 2)
        measure(fleet, 120, 40)
    fleet.rows("UPDATE device_state SET evaluation_due_at = %s RETURNING device_id", at(125))
    sweep(at(130), budget=BUDGET)
    assert alerts(fleet) == [("ANOMALY", "OPEN", 120, None)]
    sweep(at(181), budget=BUDGET)
    assert alerts(fleet) == [("ANOMALY", "OPEN", 120, None), ("NO_TELEMETRY", "OPEN", 180, None)]
