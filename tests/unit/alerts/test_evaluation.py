"""Threshold rules: what each sample makes of an alert."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.evaluation import Action, Decision, Progress, Sample, breaches, complete, evaluate
from pulse.alerts.rules import AlertRule, Condition, Match, Operator, Scope
from pulse.alerts.severity import Severity
from pulse.telemetry.message import MetricValue
from tests.builders import NOON, make_registered_device

SECOND = timedelta(seconds=1)


def make_rule(*conditions: Condition, match: Match = Match.ALL, duration_seconds: int = 0) -> AlertRule:
    default = (Condition(metric="temp_c", operator=Operator.GT, threshold=8),)
    return AlertRule(
        "acme", UUID(int=1), "Too warm", conditions or default, match, duration_seconds, Severity.HIGH, Scope()
    )


def temperatures(*values: float, every: int = 10) -> list[Sample]:
    return [Sample(NOON + i * every * SECOND, {"temp_c": value}) for i, value in enumerate(values)]


def actions(decisions: list[Decision]) -> list[str]:
    return [f"{decision.action} x{decision.times}" if decision.times > 1 else decision.action for decision in decisions]


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        (Operator.GT, False, False, True),
        (Operator.GTE, False, True, True),
        (Operator.LT, True, False, False),
        (Operator.LTE, True, True, False),
    ],
)
def test_each_operator_at_its_boundary(operator: Operator, below: bool, at: bool, above: bool) -> None:
    condition = Condition(metric="temp_c", operator=operator, threshold=8)
    assert [condition.holds(value, alerting=False) for value in (7.9, 8, 8.1)] == [below, at, above]


def test_without_a_duration_the_first_breaching_sample_opens_and_the_first_other_closes() -> None:
    progress, decisions = evaluate(make_rule(), None, temperatures(5, 9, 10, 11, 4, 3))
    assert actions(decisions) == ["OPEN", "RETRIGGER x2", "CLOSE"]
    assert decisions[0].time == NOON + 10 * SECOND
    assert progress is None


def test_with_a_duration_every_sample_of_the_run_must_breach() -> None:
    rule = make_rule(duration_seconds=20)
    assert actions(evaluate(rule, None, temperatures(9, 9, 7, 9, 9))[1]) == []
    assert actions(evaluate(rule, None, temperatures(9, 9, 9))[1]) == ["OPEN"]


def test_a_run_completes_by_time_when_no_further_sample_comes() -> None:
    progress, decisions = evaluate(make_rule(duration_seconds=60), None, temperatures(9))
    assert decisions == []
    assert progress is not None
    assert complete(progress, NOON + 59 * SECOND) == (progress, None)
    fired, decision = complete(progress, NOON + 75 * SECOND)
    assert decision == Decision(Action.OPEN, NOON + 60 * SECOND, NOON, {"temp_c": 9})
    assert complete(fired, NOON + 90 * SECOND)[1] is None


def test_past_the_clear_threshold_and_not_before_an_alert_closes() -> None:
    rule = make_rule(Condition(metric="temp_c", operator=Operator.GT, threshold=8, clear_threshold=6))
    assert actions(evaluate(rule, None, temperatures(9, 7, 6.5, 6))[1]) == ["OPEN", "RETRIGGER x2", "CLOSE"]
    assert actions(evaluate(rule, None, temperatures(7))[1]) == []


WARM = Condition(metric="temp_c", operator=Operator.GT, threshold=8)
OPEN_DOOR = Condition(metric="door_open", operator=Operator.GTE, threshold=1)


@pytest.mark.parametrize(
    ("match", "metrics", "expected"),
    [
        (Match.ALL, {"temp_c": 9, "door_open": True}, True),
        (Match.ALL, {"temp_c": 9, "door_open": False}, False),
        (Match.ALL, {"temp_c": 9}, None),
        (Match.ANY, {"temp_c": 9}, True),
        (Match.ANY, {"temp_c": 7, "door_open": True}, True),
        (Match.ANY, {"temp_c": 7}, False),
        (Match.ANY, {"humidity": 7}, None),
        (Match.ALL, {}, None),
    ],
)
def test_a_sample_counts_when_it_carries_what_the_rule_looks_at(
    match: Match, metrics: dict[str, MetricValue], expected: bool | None
) -> None:
    assert breaches(make_rule(WARM, OPEN_DOOR, match=match), metrics, alerting=False) is expected


def test_a_missing_metric_neither_fires_nor_clears() -> None:
    samples = [*temperatures(9), Sample(NOON + 20 * SECOND, {"humidity": 1})]
    progress, decisions = evaluate(make_rule(), None, samples)
    assert actions(decisions) == ["OPEN"]
    assert progress is not None


@given(st.lists(st.integers(0, 12), max_size=12), st.integers(0, 12), st.sampled_from([0, 15, 40]), st.booleans())
def test_samples_in_one_batch_or_in_two_give_the_same(
    values: list[int], cut: int, duration: int, hysteresis: bool
) -> None:
    condition = Condition(metric="temp_c", operator=Operator.GT, threshold=8, clear_threshold=5 if hysteresis else None)
    rule = make_rule(condition, duration_seconds=duration)
    samples = temperatures(*values)
    end, together = evaluate(rule, None, samples)
    between, first = evaluate(rule, None, samples[:cut])
    parted_end, second = evaluate(rule, between, samples[cut:])
    assert parted_end == end
    opened_and_closed = [decision for decision in together if decision.action is not Action.RETRIGGER]
    assert opened_and_closed == [d for d in [*first, *second] if d.action is not Action.RETRIGGER]


@given(st.lists(st.integers(0, 12), max_size=20), st.sampled_from([0, 15, 40]))
def test_openings_and_closings_alternate(values: list[int], duration: int) -> None:
    progress, decisions = evaluate(make_rule(duration_seconds=duration), None, temperatures(*values))
    changes = [decision.action for decision in decisions if decision.action is not Action.RETRIGGER]
    assert changes == [Action.OPEN, Action.CLOSE] * (len(changes) // 2) + [Action.OPEN] * (len(changes) % 2)
    assert (progress is not None and progress.alerting) == (len(changes) % 2 == 1)


@pytest.mark.parametrize(
    ("scope", "included"),
    [
        (Scope(), True),
        (Scope(site_ids=("hall-a",), device_types=("freezer",)), True),
        (Scope(site_ids=("hall-b",)), False),
        (Scope(device_types=("pump",)), False),
        (Scope(device_ids=("freezer-1", "freezer-2")), True),
        (Scope(site_ids=("hall-a",), device_ids=("freezer-2",)), False),
    ],
)
def test_each_list_of_a_scope_narrows(scope: Scope, included: bool) -> None:
    assert scope.includes(make_registered_device()) is included


def test_progress_remembers_the_values_of_the_rule_alone() -> None:
    progress, _ = evaluate(make_rule(), None, [Sample(NOON, {"temp_c": 9, "humidity": 40})])
    assert progress == Progress(NOON, None, True, NOON, {"temp_c": 9})
