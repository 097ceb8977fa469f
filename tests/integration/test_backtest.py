"""A rule tried on stored telemetry tells what it would have done, and what it does from then on is the same."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.alerts.evaluation import backtest
from pulse.alerts.noise import settling as noise
from pulse.alerts.sweeping.sweep import sweep
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import Envelope
from tests.builders import NOON, Fleet
from tests.integration.test_alert_rules import Call, call

__all__ = ["call"]
BACKTEST = "/customer/alert-rules/backtest"
WARM = {"kind": "threshold", "conditions": [{"metric": "temp_c", "operator": "GT", "threshold": 8}]}
SPAN = {"start": "2037-11-20T12:00:00Z", "end": "2037-11-20T14:00:00Z"}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def measure(fleet: Fleet, readings: list[tuple[float, float]], device_id: str = "freezer-1") -> None:
    payload = {
        "metrics": [{"ts": at(seconds).isoformat(), "metrics": {"temp_c": value}} for seconds, value in readings]
    }
    ingest([fleet.message(payload, at=at(readings[-1][0]), device_id=device_id)])


def above(limit: float, *metrics: str) -> dict[str, Any]:
    conditions = [{"metric": metric, "operator": "GT", "threshold": limit} for metric in metrics]
    return {"kind": "threshold", "conditions": conditions}


def unsaved(criterion: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"rule": {"name": "Trial", "criterion": criterion, **changes}, **SPAN}


def test_it_tells_when_each_device_would_have_alerted(fleet: Fleet, call: Call) -> None:
    for device_id in ("freezer-1", "freezer-2", "freezer-3"):
        fleet.add_device(device_id)
    measure(fleet, [(0, 4), (60, 9), (120, 9.5), (180, 4), (240, 9)])
    measure(fleet, [(0, 4)], "freezer-2")
    status, answer = call("POST", BACKTEST, unsaved(WARM))
    assert status == 200
    assert answer["condition"] == "temp_c > 8"
    assert (answer["devices_evaluated"], answer["samples_evaluated"], answer["alerts"]) == (3, 6, 2)
    assert answer["first_sample_at"] == "2037-11-20T12:00:00Z"
    assert answer["truncated"] is None
    [device] = answer["devices"]
    assert (device["device_id"], device["device_name"]) == ("freezer-1", "")
    first, second = device["alerts"]
    assert (first["opened_at"], first["closed_at"]) == ("2037-11-20T12:01:00Z", "2037-11-20T12:03:00Z")
    assert first["trigger_count"] == 2
    assert first["summary"] == "Trial: temp_c = 9 (temp_c > 8)"
    assert second["closed_at"] is None
    assert fleet.rows("SELECT * FROM alerts") == []
    assert fleet.rows("SELECT * FROM alert_rules") == []


@pytest.mark.parametrize(
    ("criterion", "evidence", "first", "unsent"),
    [
        (WARM, 1, 60, []),
        ({"kind": "telemetry_gap", "gap_minutes": 1440}, 3, 0, []),
        ({"kind": "telemetry_gap", "metric": "pressure", "gap_minutes": 10}, 0, None, ["pressure"]),
        ({"kind": "anomaly", "metric": "pressure"}, 0, None, ["pressure"]),
        (above(8, "temp_c", "humidity"), 0, None, []),
        (above(8, "temp_c", "pressure"), 0, None, ["pressure"]),
        ({**above(80, "temp_c", "pressure"), "match": "ANY"}, 1, 60, ["pressure"]),
    ],
)
def test_it_counts_what_the_rule_looks_at_and_names_what_nobody_has_sent(
    fleet: Fleet, call: Call, criterion: dict[str, Any], evidence: int, first: float | None, unsent: list[str]
) -> None:
    fleet.add_device()
    sent = [(-30, {"temp_c": 4, "pressure": 1}), (0, {"humidity": 60}), (60, {"temp_c": 4}), (120, {"humidity": 61})]
    for seconds, metrics in sent:
        ingest([fleet.message({"metrics": metrics}, at=at(seconds))])
    _, answer = call("POST", BACKTEST, unsaved(criterion))
    assert (answer["samples_evaluated"], answer["metrics_unsent"]) == (evidence, unsent)
    assert parse(answer["first_sample_at"]) == (None if first is None else at(first))


def test_a_saved_rule_is_tried_as_it_is(fleet: Fleet, call: Call) -> None:
    fleet.add_device()
    measure(fleet, [(0, 4), (60, 9)])
    rule_id = fleet.add_rule(scope={"device_ids": ["freezer-9"]})
    assert call("POST", BACKTEST, {"rule_id": rule_id, **SPAN})[1]["devices_evaluated"] == 0
    assert call("POST", BACKTEST, {"rule_id": "6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10", **SPAN})[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (SPAN, "rule"),
        ({**unsaved(WARM), "start": "2037-10-20T00:00:00Z"}, "start"),
        ({**unsaved(WARM), "start": "2037-11-20T15:00:00Z"}, "start"),
        (unsaved(WARM, scope={"site_ids": ["hall-a", "hall-z"]}), "rule.scope.site_ids"),
        (unsaved(WARM, scope={"group_ids": ["6f1b3a52-8c1d-4d7e-9a39-0d6f2f7f5a10"]}), "rule.scope.group_ids"),
    ],
)
def test_what_can_t_be_tried_is_refused_by_its_field(call: Call, body: dict[str, Any], field: str) -> None:
    status, problem = call("POST", BACKTEST, body)
    assert status == 400
    assert [error["field"] for error in problem["errors"]] == [field]


def test_a_window_begins_with_what_came_before_the_time_that_is_tried(fleet: Fleet, call: Call) -> None:
    fleet.add_device()
    measure(fleet, [(-60, 4), (-50, 6), *((-45 + i, 4 + i % 2 * 2) for i in range(10)), (10, 50)])
    anomaly = {"kind": "anomaly", "metric": "temp_c"}
    assert call("POST", BACKTEST, unsaved(anomaly))[1]["alerts"] == 1


@pytest.mark.parametrize(
    ("bound", "value", "reason"),
    [("MAX_SAMPLES", 3, "3 samples"), ("MAX_ALERTS", 1, "1 alerts"), ("_BUDGET", timedelta(0), "0 s")],
)
def test_it_stops_at_its_bounds_and_says_so(
    fleet: Fleet,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
    value: object,
    reason: str,
) -> None:
    monkeypatch.setattr(backtest, bound, value)
    for device_id in ("freezer-1", "freezer-2"):
        fleet.add_device(device_id)
        measure(fleet, [(0, 4), (60, 9), (120, 4)], device_id)
    answer = call("POST", BACKTEST, unsaved(WARM))[1]
    assert answer["devices_evaluated"] < 2
    assert reason in answer["truncated"]


CRITERIA = [
    WARM,
    {**WARM, "duration_seconds": 150},
    {"kind": "telemetry_gap", "metric": "temp_c", "gap_minutes": 3},
    {"kind": "anomaly", "metric": "temp_c", "window_minutes": 30, "z_score": 2},
    {
        "kind": "window",
        "metric": "temp_c",
        "aggregation": "avg",
        "window_seconds": 300,
        "operator": "GT",
        "threshold": 6,
    },
]


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: f"{criterion['kind']}-{len(criterion)}")
@pytest.mark.parametrize("portions", [1, 7, 60])
def test_what_it_tells_is_what_stream_and_sweep_do_in_any_portions(
    fleet: Fleet,
    call: Call,
    criterion: dict[str, Any],
    portions: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noise, "FLAPPING_OPENS", 10_000)  # a backtest shows what a rule says, however often
    fleet.add_device()
    fleet.add_rule(criterion=criterion)
    chosen = random.Random(portions)
    seconds = 0.0
    readings: list[tuple[float, float]] = []
    for _ in range(60):
        seconds += chosen.choice([10, 40, 60, 200])
        readings.append((seconds, chosen.choice([2, 4, 5, 9, 30])))
    size = len(readings) // portions
    for start in range(0, len(readings), size):
        portion = readings[start : start + size]
        sweep(at(portion[0][0] - 1), budget=timedelta(seconds=30))
        measure(fleet, portion)
    end = at(readings[-1][0] + 5)
    sweep(end, budget=timedelta(seconds=30))
    body = {**unsaved(criterion), "end": end.isoformat()}
    tried = [alert for device in call("POST", BACKTEST, body)[1]["devices"] for alert in device["alerts"]]
    happened = fleet.rows("SELECT opened_at, closed_at FROM alerts WHERE source = 'rule' ORDER BY opened_at")
    assert [(parse(alert["opened_at"]), parse(alert["closed_at"])) for alert in tried] == [
        (row["opened_at"], row["closed_at"]) for row in happened
    ]
    assert happened


def test_a_gap_that_may_yet_come_is_none(fleet: Fleet, call: Call) -> None:
    fleet.add_device()
    sent_at = clock.now() - timedelta(hours=1)
    ingest([fleet.message({"metrics": {"temp_c": 4}}, at=sent_at)])
    span = {"start": sent_at - timedelta(minutes=1), "end": sent_at + timedelta(hours=3)}
    for minutes, alerts in ((30, 1), (90, 0)):
        rule = {"name": "Quiet", "criterion": {"kind": "telemetry_gap", "gap_minutes": minutes}}
        body = {"rule": rule, **{name: instant.isoformat() for name, instant in span.items()}}
        assert call("POST", BACKTEST, body)[1]["alerts"] == alerts


MINUTES = 6 * 60


def readings_of(fleet: Fleet) -> list[Envelope]:
    """A reading a minute: cold, then too warm for a while or silent for a while, again and again."""
    chosen = random.Random(1)
    messages: list[Envelope] = []
    minute = 0
    while minute < MINUTES:
        happening, lasts = chosen.choice(["cold", "cold", "warm", "silent"]), chosen.randint(5, 40)
        for _ in range(lasts if happening != "silent" else 0):
            value = (10 if happening == "warm" else 4) + chosen.random()
            messages.append(fleet.message({"metrics": {"temp_c": value}}, at=at(60 * minute)))
            minute += 1
        minute += lasts if happening == "silent" else 0
    return messages


def test_hours_in_one_batch_or_reading_by_reading_give_the_same_alerts(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noise, "FLAPPING_OPENS", 10_000)  # flapping ends by the sweep, which looks but once here
    outcomes: list[list[dict[str, Any]]] = []
    for portion in (MINUTES, 1):
        replayed = Fleet() if outcomes else fleet
        replayed.add_device()
        for number, criterion in enumerate(CRITERIA):
            replayed.add_rule(f"Rule {number}", criterion=criterion)
        messages = readings_of(replayed)
        for start in range(0, len(messages), portion):
            ingest(messages[start : start + portion])
        sweep(at(60 * MINUTES), budget=timedelta(seconds=60))
        outcomes.append(
            replayed.rows(
                """
                SELECT name, status, opened_at, closed_at, trigger_count, alerts.severity, summary, details
                FROM alerts JOIN alert_rules USING (tenant_id, rule_id)
                ORDER BY opened_at, name
                """
            )
        )
    assert outcomes[0] == outcomes[1]
    assert {alert["name"] for alert in outcomes[0]} == {f"Rule {number}" for number in range(len(CRITERIA))}


def parse(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
