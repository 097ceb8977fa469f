"""Rules on metrics of the catalogue judge what devices send under other names and in other units."""

from datetime import datetime, timedelta
from typing import Any

import pytest

import pulse.telemetry.ingest
from pulse.alerts.sweeping.sweep import sweep
from pulse.telemetry.catalogue import MetricDescription, add_catalog_metric
from pulse.telemetry.ingest import ingest
from pulse.telemetry.mappings import Meaning, add_mapping
from tests.builders import NOON, ORIGIN, Fleet
from tests.integration.test_alert_rules import Call, call

__all__ = ["call"]
WARM = {"kind": "threshold", "conditions": [{"metric": "temperature", "operator": "GT", "threshold": 8}]}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def measure(fleet: Fleet, seconds: float, **metrics: float) -> None:
    ingest([fleet.message({"metrics": metrics}, at=at(seconds))])


def alerts(fleet: Fleet) -> list[tuple[str, datetime]]:
    rows = fleet.rows("SELECT status, opened_at FROM alerts WHERE rule_id IS NOT NULL ORDER BY opened_at")
    return [(row["status"], row["opened_at"]) for row in rows]


@pytest.fixture
def fahrenheit(fleet: Fleet) -> Fleet:
    """A fleet whose device sends `t_f`, which is read as `temperature` in °C."""
    fleet.add_device()
    add_catalog_metric(fleet.person(), "temperature", MetricDescription("", "°C", None, None), origin=ORIGIN)
    add_mapping(fleet.person(), "t_f", Meaning("temperature", 5 / 9, -160 / 9), origin=ORIGIN)
    return fleet


def test_a_raw_reading_opens_and_closes_the_alert_of_a_rule_on_the_normalized_metric(fahrenheit: Fleet) -> None:
    fahrenheit.add_rule(criterion=WARM)
    measure(fahrenheit, 0, t_f=40)  # 4.4 °C
    assert alerts(fahrenheit) == []
    measure(fahrenheit, 10, t_f=50)  # 10 °C
    [alert] = fahrenheit.rows("SELECT summary, details FROM alerts")
    assert alert["summary"] == "Too warm: temperature = 10.0 (temperature > 8)"
    measure(fahrenheit, 20, t_f=40)
    assert alerts(fahrenheit) == [("CLOSED", at(10))]


def test_what_is_sent_by_the_very_name_goes_first(fahrenheit: Fleet) -> None:
    fahrenheit.add_rule(criterion=WARM)
    measure(fahrenheit, 0, t_f=50, temperature=4)
    assert alerts(fahrenheit) == []


def test_the_sweep_judges_stored_raw_readings_in_the_same_way(
    fahrenheit: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fahrenheit.add_rule(criterion=WARM)
    with monkeypatch.context() as patched:
        patched.setattr(pulse.telemetry.ingest, "_follow_up", lambda _: None)  # killed right after the commit
        measure(fahrenheit, 0, t_f=50)
    fahrenheit.rows("UPDATE device_state SET evaluation_due_at = %s RETURNING device_id", at(60))
    sweep(at(60), budget=timedelta(seconds=30))
    assert alerts(fahrenheit) == [("OPEN", at(0))]


def test_a_late_raw_reading_breaks_a_run(fahrenheit: Fleet) -> None:
    fahrenheit.add_rule(criterion={**WARM, "duration_seconds": 60})
    measure(fahrenheit, 0, t_f=50)
    measure(fahrenheit, 40, t_f=50)
    late = {"ts": at(20).isoformat(), "metrics": {"t_f": 40}}
    ingest([fahrenheit.message(late, at=at(41))])
    sweep(at(61), budget=timedelta(seconds=30))
    assert alerts(fahrenheit) == []
    sweep(at(101), budget=timedelta(seconds=30))
    assert alerts(fahrenheit) == [("OPEN", at(100))]


def test_a_backtest_tells_the_same(fahrenheit: Fleet, call: Call) -> None:
    for seconds, value in [(0, 40), (10, 50), (20, 40)]:
        measure(fahrenheit, seconds, t_f=value)
    body: dict[str, Any] = {"rule": {"name": "Trial", "criterion": WARM}}
    span = {"start": at(-60).isoformat(), "end": at(60).isoformat()}
    _, answer = call("POST", "/customer/alert-rules/backtest", {**body, **span})
    assert (answer["samples_evaluated"], answer["metrics_unsent"]) == (3, [])
    [alert] = answer["devices"][0]["alerts"]
    assert (alert["opened_at"], alert["closed_at"]) == ("2037-11-20T12:00:10Z", "2037-11-20T12:00:20Z")


def test_a_gap_rule_waits_for_the_raw_metric_that_came_before_it(fahrenheit: Fleet) -> None:
    measure(fahrenheit, 0, t_f=40)
    fahrenheit.add_rule(criterion={"kind": "telemetry_gap", "metric": "temperature", "gap_minutes": 10})
    assert fahrenheit.rows("SELECT breached_since FROM rule_state") == [{"breached_since": at(0)}]
    measure(fahrenheit, 30, t_f=40)
    assert fahrenheit.rows("SELECT due_at FROM rule_state") == [{"due_at": at(630)}]
