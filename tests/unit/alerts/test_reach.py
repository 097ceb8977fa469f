"""A rule that no sample of a batch can concern is passed over, and only such a rule."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.evaluation.evaluator import Sample, evaluate
from pulse.alerts.evaluation.reach import extremes_of, may_breach
from pulse.alerts.rules.alert_rule import AlertRule, Scope
from pulse.alerts.rules.criteria import Condition, Match, Operator, Threshold
from pulse.alerts.severity import Severity
from tests.builders import NOON

_metrics = st.sampled_from("abc")
_conditions = st.lists(
    st.builds(Condition, metric=_metrics, operator=st.sampled_from(Operator), threshold=st.integers(-3, 3).map(float)),
    min_size=1,
    max_size=3,
    unique_by=lambda condition: condition.metric,
)
_samples = st.lists(
    st.dictionaries(_metrics, st.integers(-4, 4) | st.floats(-4, 4) | st.booleans()).map(
        lambda metrics: Sample(NOON, metrics)
    ),
    max_size=4,
)


@given(_conditions, st.sampled_from(Match), st.sampled_from([0, 60]), _samples)
def test_what_is_passed_over_would_have_changed_nothing(
    conditions: list[Condition], match: Match, duration_seconds: int, samples: list[Sample]
) -> None:
    threshold = Threshold(
        kind="threshold", conditions=tuple(conditions), match=match, duration_seconds=duration_seconds
    )
    rule = AlertRule("acme", UUID(int=1), "Rule", threshold, Severity.HIGH, Scope())
    if not may_breach(threshold, extremes_of(samples)):
        assert evaluate(rule, None, samples) == (None, [])


def above(*limits: float) -> Threshold:
    conditions = [
        Condition(metric=metric, operator=Operator.GT, threshold=limit)
        for metric, limit in zip("ab", limits, strict=False)
    ]
    return Threshold(kind="threshold", conditions=tuple(conditions))


def test_a_rule_that_is_out_of_reach_is_passed_over() -> None:
    extremes = extremes_of([Sample(NOON, {"a": 1, "b": 5}), Sample(NOON, {"a": 4})])
    assert extremes == {"a": (1, 4), "b": (5, 5)}
    assert not may_breach(above(4), extremes)
    assert not may_breach(above(3, 5), extremes)
    assert may_breach(above(3, 4), extremes)


def test_a_metric_that_nobody_has_sent_breaches_nothing() -> None:
    assert not may_breach(above(0), extremes_of([Sample(NOON, {"b": 9})]))
