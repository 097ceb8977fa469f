"""What samples make of an alert: threshold rules, gaps, and what comes late."""

from datetime import timedelta
from itertools import accumulate, pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.evaluation.evaluator import Action, Decision, Progress, Sample, absorb_late, complete, evaluate
from pulse.alerts.rules.alert_rule import AlertRule, Scope
from pulse.alerts.rules.criteria import (
    Aggregation,
    Anomaly,
    Condition,
    Match,
    Operator,
    TelemetryGap,
    Threshold,
    Window,
)
from pulse.alerts.severity import Severity
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def make_rule(*conditions: Condition, match: Match = Match.ALL, duration_seconds: int = 0) -> AlertRule:
    default = (Condition(metric="temp_c", operator=Operator.GT, threshold=8),)
    criterion = Threshold(
        kind="threshold", conditions=conditions or default, match=match, duration_seconds=duration_seconds
    )
    return AlertRule("acme", UUID(int=1), "Too warm", criterion, Severity.HIGH, Scope())


def temperatures(*values: float, every: int = 10) -> list[Sample]:
    return [Sample(NOON + i * every * SECOND, {"temp_c": value}) for i, value in enumerate(values)]


def actions(decisions: list[Decision]) -> list[str]:
    return [f"{decision.action} x{decision.times}" if decision.times > 1 else decision.action for decision in decisions]


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


def test_progress_remembers_the_values_of_the_rule_alone() -> None:
    progress, _ = evaluate(make_rule(), None, [Sample(NOON, {"temp_c": 9, "humidity": 40})])
    assert progress == Progress(NOON, None, True, NOON, {"temp_c": 9})


def test_what_was_due_comes_about_before_the_next_sample() -> None:
    progress, decisions = evaluate(make_rule(duration_seconds=60), None, temperatures(9, 5, every=100))
    assert [(decision.action, decision.time) for decision in decisions] == [
        (Action.OPEN, NOON + 60 * SECOND),
        (Action.CLOSE, NOON + 100 * SECOND),
    ]
    assert progress is None


def test_a_sample_at_the_very_end_of_a_duration_decides() -> None:
    assert actions(evaluate(make_rule(duration_seconds=60), None, temperatures(9, 5, every=60))[1]) == []
    assert actions(evaluate(make_rule(duration_seconds=60), None, temperatures(9, 9, every=60))[1]) == ["OPEN"]


GAP = AlertRule(
    "acme",
    UUID(int=2),
    "Quiet",
    TelemetryGap(kind="telemetry_gap", metric="temp_c", gap_minutes=10),
    Severity.HIGH,
    Scope(),
)


@pytest.mark.parametrize(("seconds", "fires"), [(599, False), (600, True), (601, True)])
def test_a_gap_fires_when_its_time_is_over_and_not_before(seconds: int, fires: bool) -> None:
    progress, decisions = evaluate(GAP, None, temperatures(9))
    assert decisions == []
    assert progress is not None
    _, decision = complete(progress, NOON + seconds * SECOND)
    assert (decision is not None) is fires


def test_a_device_that_never_had_data_has_no_gap() -> None:
    assert evaluate(GAP, None, [Sample(NOON, {"humidity": 40})]) == (None, [])


def test_a_gap_ends_with_the_next_value_and_another_begins_there() -> None:
    progress, decisions = evaluate(GAP, None, temperatures(9, 9, every=900))
    assert [(decision.action, decision.time) for decision in decisions] == [
        (Action.OPEN, NOON + 600 * SECOND),
        (Action.CLOSE, NOON + 900 * SECOND),
    ]
    assert progress is not None
    assert progress.due_at == NOON + 1500 * SECOND


def test_a_gap_of_any_telemetry_ends_with_any_metric() -> None:
    rule = GAP._replace(criterion=TelemetryGap(kind="telemetry_gap", gap_minutes=10))
    samples = [Sample(NOON, {"temp_c": 9}), Sample(NOON + 500 * SECOND, {"humidity": 40})]
    progress, decisions = evaluate(rule, None, samples)
    assert decisions == []
    assert progress is not None
    assert progress.due_at == NOON + 1100 * SECOND


RULES = [
    make_rule(),
    make_rule(duration_seconds=25),
    GAP._replace(criterion=TelemetryGap(kind="telemetry_gap", metric="temp_c", gap_minutes=1)),
    GAP._replace(criterion=Anomaly(kind="anomaly", metric="temp_c", window_minutes=5, z_score=1)),
    GAP._replace(
        criterion=Window(
            kind="window",
            metric="temp_c",
            aggregation=Aggregation.AVG,
            window_seconds=60,
            operator=Operator.GT,
            threshold=6,
        )
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.criterion.kind)
@given(
    readings=st.lists(st.tuples(st.integers(1, 90), st.integers(0, 12)), max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=5),
    sweeps=st.booleans(),
)
def test_a_replay_in_any_portions_with_sweeps_in_between_or_not_gives_the_same(
    rule: AlertRule, readings: list[tuple[int, int]], cuts: list[int], sweeps: bool
) -> None:
    times = list(accumulate(after for after, _ in readings))
    samples = [
        Sample(NOON + time * SECOND, {"temp_c": value}) for time, (_, value) in zip(times, readings, strict=True)
    ]
    end, together = evaluate(rule, None, samples)
    parted: list[Decision] = []
    progress = None
    for start, stop in pairwise([0, *sorted(cuts), len(samples)]):
        if sweeps and progress is not None and start < len(samples):
            # The sweep comes right before the next sample does; at that very time the sample decides.
            progress, due = complete(progress, samples[start].time - SECOND / 2)
            parted += [due] if due is not None else []
        progress, decisions = evaluate(rule, progress, samples[start:stop])
        parted += decisions
    assert progress == end
    assert changes(parted) == changes(together)


def changes(decisions: list[Decision]) -> list[Decision]:
    return [decision for decision in decisions if decision.action is not Action.RETRIGGER]


LASTING = make_rule(duration_seconds=60)


def late(seconds: int, value: float) -> Sample:
    return Sample(NOON + seconds * SECOND, {"temp_c": value})


def test_a_late_sample_that_is_fine_breaks_the_run() -> None:
    progress, _ = evaluate(LASTING, None, [late(0, 9), late(30, 9)])
    after, decision = absorb_late(LASTING, progress, [late(20, 5)], [late(20, 5), late(30, 9)])
    assert decision is None
    assert after is not None
    assert after.breached_since == NOON + 30 * SECOND


def test_a_late_sample_that_breaches_prolongs_the_run() -> None:
    progress, _ = evaluate(LASTING, None, [late(30, 9), late(40, 9)])
    after, decision = absorb_late(LASTING, progress, [late(0, 9)], [late(0, 9), late(30, 9), late(40, 9)])
    assert decision is None
    assert after is not None
    assert after.breached_since == NOON


def test_a_late_sample_may_complete_a_run() -> None:
    progress, _ = evaluate(LASTING, None, [late(50, 9), late(70, 9)])
    after, decision = absorb_late(LASTING, progress, [late(0, 9)], [late(0, 9), late(50, 9), late(70, 9)])
    assert decision is not None
    assert (decision.action, decision.time) == (Action.OPEN, NOON + 60 * SECOND)
    assert after is not None
    assert after.alerting


def test_a_late_sample_within_the_run_changes_nothing() -> None:
    progress, _ = evaluate(LASTING, None, [late(0, 9), late(30, 9)])
    after, decision = absorb_late(LASTING, progress, [late(20, 9)], [late(20, 9), late(30, 9)])
    assert (after, decision) == (progress, None)


def test_a_late_sample_neither_opens_nor_closes_what_a_newer_one_has_decided() -> None:
    fine, _ = evaluate(make_rule(), None, [late(30, 5)])
    assert absorb_late(make_rule(), fine, [late(20, 9)], [late(20, 9), late(30, 5)]) == (fine, None)
    alerting, _ = evaluate(make_rule(), None, [late(30, 9)])
    assert absorb_late(make_rule(), alerting, [late(20, 5)], [late(20, 5), late(30, 9)]) == (alerting, None)


def test_a_late_sample_counts_in_its_window() -> None:
    rule = RULES[-1]
    in_order, _ = evaluate(rule, None, [late(0, 1), late(20, 5), late(30, 9)])
    progress, _ = evaluate(rule, None, [late(0, 1), late(30, 9)])
    after, decision = absorb_late(rule, progress, [late(20, 5)], [])
    assert decision is None
    assert after is not None
    assert in_order is not None
    assert after.history == in_order.history
