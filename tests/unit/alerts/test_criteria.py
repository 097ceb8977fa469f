"""What a sample says to each kind of criterion, at the boundaries."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pulse.alerts.rules.alert_rule import Scope
from pulse.alerts.rules.criteria import (
    Aggregation,
    Anomaly,
    Condition,
    Criterion,
    Match,
    Operator,
    TelemetryGap,
    Threshold,
    Verdict,
    Window,
)
from pulse.alerts.rules.sliding_window import History
from pulse.telemetry.message import MetricValue
from tests.builders import NOON, make_registered_device

SECOND = timedelta(seconds=1)
WARM = Condition(metric="temp_c", operator=Operator.GT, threshold=8)
OPEN_DOOR = Condition(metric="door_open", operator=Operator.GTE, threshold=1)


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


@pytest.mark.parametrize(
    ("criterion", "carried", "is_evidence"),
    [
        (Threshold(kind="threshold", conditions=(WARM, OPEN_DOOR)), {"temp_c"}, False),
        (Threshold(kind="threshold", conditions=(WARM, OPEN_DOOR)), {"temp_c", "door_open"}, True),
        (Threshold(kind="threshold", conditions=(WARM, OPEN_DOOR), match=Match.ANY), {"temp_c"}, True),
        (Threshold(kind="threshold", conditions=(WARM, OPEN_DOOR), match=Match.ANY), {"humidity"}, False),
        (Anomaly(kind="anomaly", metric="temp_c"), {"humidity"}, False),
        (TelemetryGap(kind="telemetry_gap"), {"humidity"}, True),
        (TelemetryGap(kind="telemetry_gap"), set(), False),
        (TelemetryGap(kind="telemetry_gap", metric="temp_c"), {"humidity"}, False),
    ],
)
def test_what_does_not_carry_what_a_criterion_looks_at_is_no_evidence_and_not_judged(
    criterion: Criterion, carried: set[str], is_evidence: bool
) -> None:
    metrics: dict[str, MetricValue] = dict.fromkeys(carried, 9.0)
    assert criterion.is_evidence(metrics) is is_evidence
    assert (criterion.judge(NOON, metrics, (), alerting=False) is not None) is is_evidence


@pytest.mark.parametrize(
    ("above", "below", "match", "contradictions"),
    [
        ((Operator.GT, 10), (Operator.LT, 5), Match.ALL, ["temp_c > 10 and temp_c < 5"]),
        ((Operator.GT, 5), (Operator.LT, 5), Match.ALL, ["temp_c > 5 and temp_c < 5"]),
        ((Operator.GTE, 5), (Operator.LT, 5), Match.ALL, ["temp_c ≥ 5 and temp_c < 5"]),
        ((Operator.GTE, 5), (Operator.LTE, 5), Match.ALL, []),
        ((Operator.GT, 5), (Operator.LT, 10), Match.ALL, []),
        ((Operator.GT, 10), (Operator.LT, 5), Match.ANY, []),
    ],
)
def test_conditions_that_no_value_meets_at_once_contradict_each_other(
    above: tuple[Operator, float], below: tuple[Operator, float], match: Match, contradictions: list[str]
) -> None:
    conditions = [
        Condition(metric="temp_c", operator=operator, threshold=threshold) for operator, threshold in (above, below)
    ]
    assert (
        Threshold(kind="threshold", conditions=(*conditions, OPEN_DOOR), match=match).contradictions == contradictions
    )


@pytest.mark.parametrize(
    ("operator", "clear", "near", "at", "far"),
    [
        (Operator.GT, 6, True, False, False),
        (Operator.GTE, 6, True, True, False),
        (Operator.LT, 10, True, False, False),
        (Operator.LTE, 10, True, True, False),
    ],
)
def test_while_alerting_the_clear_threshold_is_the_boundary(
    operator: Operator, clear: float, near: bool, at: bool, far: bool
) -> None:
    condition = Condition(metric="temp_c", operator=operator, threshold=8, clear_threshold=clear)
    step = -0.1 if clear < 8 else 0.1
    assert [condition.holds(clear - d, alerting=True) for d in (step, 0, -step)] == [near, at, far]


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
    verdict = Threshold(kind="threshold", conditions=(WARM, OPEN_DOOR), match=match).judge(
        NOON, metrics, (), alerting=False
    )
    assert (verdict.breached if verdict else None) is expected


def judge_all(
    criterion: Anomaly | Window, values: Sequence[float], *, every: float, alerting: bool = False
) -> list[Verdict]:
    history: History = ()
    verdicts = []
    for i, value in enumerate(values):
        verdict = criterion.judge(NOON + i * every * SECOND, {"temp_c": value}, history, alerting=alerting)
        assert verdict is not None
        history = verdict.history
        verdicts.append(verdict)
    return verdicts


def breaches(verdicts: list[Verdict]) -> list[bool | None]:
    return [verdict.breached for verdict in verdicts]


ANOMALY = Anomaly(kind="anomaly", metric="temp_c", window_minutes=60, z_score=3)
TEN = [4, 6, 4, 6, 4, 6, 4, 6, 4, 6]  # mean 5, standard deviation 1.054


def test_fewer_than_ten_values_are_too_few_to_judge_by() -> None:
    assert breaches(judge_all(ANOMALY, [*TEN[:9], 1000], every=60))[-1] is None
    assert breaches(judge_all(ANOMALY, [*TEN, 1000], every=60))[-1] is True


def test_values_that_never_vary_make_nothing_unusual() -> None:
    assert breaches(judge_all(ANOMALY, [0.1] * 10 + [1000], every=60))[-1] is False


def test_the_distance_must_be_more_than_the_z_score() -> None:
    limit = 3 * stdev(TEN)
    for value, expected in [(5 + limit - 0.01, False), (5 + limit + 0.01, True), (5 - limit - 0.01, True)]:
        assert breaches(judge_all(ANOMALY, [*TEN, value], every=60))[-1] is expected


def test_values_before_the_window_are_forgotten() -> None:
    assert breaches(judge_all(ANOMALY, [*TEN, 1000], every=400))[-1] is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=10, max_size=60))
def test_mean_and_deviation_are_those_of_the_values_before(values: list[float]) -> None:
    facts = judge_all(ANOMALY, [*values, 0.0], every=7)[-1].facts
    assert facts["mean"] == pytest.approx(mean(values), abs=1e-6)
    assert facts["standard_deviation"] == pytest.approx(stdev(values), rel=1e-6, abs=1e-6)


def window(aggregation: Aggregation, threshold: float, **changes: object) -> Window:
    fields = {"metric": "temp_c", "window_seconds": 60, "operator": Operator.GT, "threshold": threshold, **changes}
    return Window.model_validate({"kind": "window", "aggregation": aggregation, **fields})


@pytest.mark.parametrize(
    ("aggregation", "aggregate"),
    [
        (Aggregation.AVG, 4),
        (Aggregation.MIN, 2),
        (Aggregation.MAX, 6),
        (Aggregation.COUNT, 3),
        (Aggregation.SUM, 12),
    ],
)
def test_each_aggregation_at_its_boundary(aggregation: Aggregation, aggregate: float) -> None:
    for threshold, expected in [(aggregate - 0.1, True), (aggregate, False), (aggregate + 0.1, False)]:
        assert breaches(judge_all(window(aggregation, threshold), [2, 4, 6], every=10))[-1] is expected


def test_one_value_is_too_few_for_a_window() -> None:
    assert breaches(judge_all(window(Aggregation.MAX, 8), [9, 9], every=10)) == [None, True]
    assert breaches(judge_all(window(Aggregation.MAX, 8), [9, 9], every=61)) == [None, None]


def test_a_window_forgets_what_has_left_it() -> None:
    verdicts = judge_all(window(Aggregation.MAX, 8), [9, 1, 1, 1, 1, 1, 1], every=10)
    assert breaches(verdicts) == [None, True, True, True, True, True, False]


def test_a_window_has_hysteresis_too() -> None:
    criterion = window(Aggregation.AVG, 8, clear_threshold=6)
    assert breaches(judge_all(criterion, [7, 7], every=10))[-1] is False
    assert breaches(judge_all(criterion, [7, 7], every=10, alerting=True))[-1] is True
    assert breaches(judge_all(criterion, [5, 5], every=10, alerting=True))[-1] is False


@given(st.lists(st.integers(-100, 100), min_size=2, max_size=30))
def test_a_window_holds_what_a_list_would(values: list[int]) -> None:
    expected = {Aggregation.SUM: sum(values), Aggregation.MIN: min(values), Aggregation.AVG: mean(values)}
    for aggregation, aggregate in expected.items():
        facts = judge_all(window(aggregation, 0), values, every=1)[-1].facts
        assert facts[aggregation] == pytest.approx(aggregate, abs=1e-9)


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (Threshold(kind="threshold", conditions=(WARM,)), "temp_c > 8"),
        (
            Threshold(kind="threshold", conditions=(WARM, OPEN_DOOR), duration_seconds=60),
            "temp_c > 8 and door_open ≥ 1 for 1 min",
        ),
        (Threshold(kind="threshold", conditions=(WARM, OPEN_DOOR), match=Match.ANY), "temp_c > 8 or door_open ≥ 1"),
        (ANOMALY, "temp_c more than 3 standard deviations from its mean over 1 h"),
        (TelemetryGap(kind="telemetry_gap"), "no telemetry for 10 min"),
        (TelemetryGap(kind="telemetry_gap", metric="temp_c", gap_minutes=1), "no temp_c for 1 min"),
        (window(Aggregation.AVG, 8), "avg(temp_c) over 1 min > 8"),
    ],
)
def test_a_criterion_is_told_in_words(criterion: Criterion, words: str) -> None:
    assert str(criterion) == words


CONDITION = {"metric": "temp_c", "operator": "GT", "threshold": 8}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"kind": "threshold", "conditions": []}, "conditions"),
        ({"kind": "threshold", "conditions": [{**CONDITION, "threshold": i} for i in range(11)]}, "conditions"),
        ({"kind": "threshold", "conditions": [CONDITION, CONDITION]}, "conditions"),
        ({"kind": "threshold", "conditions": [{**CONDITION, "clear_threshold": 9}]}, "clear_threshold"),
        (
            {"kind": "threshold", "conditions": [{**CONDITION, "operator": "LT", "clear_threshold": 7}]},
            "clear_threshold",
        ),
        ({"kind": "threshold", "conditions": [{**CONDITION, "operator": "EQ"}]}, "operator"),
        ({"kind": "threshold", "conditions": [{**CONDITION, "threshold": True}]}, "threshold"),
        ({"kind": "threshold", "conditions": [{**CONDITION, "threshold": float("nan")}]}, "threshold"),
        ({"kind": "threshold", "conditions": [{**CONDITION, "metric": "a\nb"}]}, "metric"),
        ({"kind": "threshold", "conditions": [{**CONDITION, "metric": "x" * 129}]}, "metric"),
        ({"kind": "threshold", "conditions": [CONDITION], "duration_seconds": 86_401}, "duration_seconds"),
        ({"kind": "anomaly", "metric": "temp_c", "window_minutes": 4}, "window_minutes"),
        ({"kind": "anomaly", "metric": "temp_c", "window_minutes": 1441}, "window_minutes"),
        ({"kind": "anomaly", "metric": "temp_c", "z_score": 0.9}, "z_score"),
        ({"kind": "anomaly", "metric": "temp_c", "z_score": 10.1}, "z_score"),
        ({"kind": "anomaly", "metric": "temp_c", "min_samples": 9}, "min_samples"),
        ({"kind": "telemetry_gap", "gap_minutes": 0}, "gap_minutes"),
        ({"kind": "telemetry_gap", "gap_minutes": 1441}, "gap_minutes"),
        ({"kind": "window", "aggregation": "avg", "window_seconds": 59, **CONDITION}, "window_seconds"),
        ({"kind": "window", "aggregation": "avg", "window_seconds": 3601, **CONDITION}, "window_seconds"),
        ({"kind": "window", "aggregation": "median", "window_seconds": 60, **CONDITION}, "aggregation"),
        (
            {"kind": "window", "aggregation": "avg", "window_seconds": 60, **CONDITION, "clear_threshold": 9},
            "clear_threshold",
        ),
    ],
)
def test_a_criterion_that_makes_no_sense_is_refused_by_its_field(document: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter[Criterion](Criterion).validate_python(document)
    [error] = refusal.value.errors()
    assert error["loc"][-1] == field


@pytest.mark.parametrize(
    ("scope", "included"),
    [
        (Scope(), True),
        (Scope(site_ids=("hall-a",), device_types=("freezer",)), True),
        (Scope(site_ids=("hall-b",)), False),
        (Scope(device_types=("pump",)), False),
        (Scope(device_ids=("freezer-1", "freezer-2")), True),
        (Scope(site_ids=("hall-a",), device_ids=("freezer-2",)), False),
        (Scope(tags={"zone": "dairy"}), True),
        (Scope(tags={"zone": "dairy", "critical": ""}), True),
        (Scope(tags={"zone": "pharma"}), False),
        (Scope(tags={"route": ""}), False),
    ],
)
def test_what_a_scope_names_narrows(scope: Scope, included: bool) -> None:
    assert scope.includes(make_registered_device(tags={"zone": "dairy", "critical": ""}), frozenset()) is included
