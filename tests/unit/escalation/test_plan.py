"""What is due for an alert that escalates: tables at the boundaries, and what holds for every policy."""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.escalation.plan import Action, AlertTruth, Progress, WaitingFor, decide
from pulse.escalation.policy import EscalationRules
from tests.builders import NOON

MINUTE = timedelta(minutes=1)
OPEN = AlertTruth("OPEN", None, silenced=False, silenced_until=None)
CLOSED = OPEN._replace(status="CLOSED")
ACKNOWLEDGED = OPEN._replace(status="ACKNOWLEDGED", acknowledged_at=NOON)
SILENCED = OPEN._replace(silenced=True)


def make_rules(*delays: int, repeat: int = 0, timeout: int | None = None) -> EscalationRules:
    """Levels with these delays in minutes."""
    target = {"kind": "channel", "channel_id": UUID(int=1)}
    return EscalationRules.model_validate(
        {
            "levels": [{"delay_minutes": delay, "targets": [target]} for delay in delays],
            "repeat": repeat,
            "acknowledgement_timeout_minutes": timeout,
        }
    )


def begun(*, step: int = 0, due_in: timedelta = timedelta()) -> Progress:
    return Progress(step, NOON + due_in, WaitingFor.LEVEL)


@pytest.mark.parametrize(
    ("step", "due_in", "alert", "action", "next_step", "next_due_in"),
    [
        (0, MINUTE, OPEN, Action.WAIT, 0, MINUTE),
        (0, timedelta(), OPEN, Action.TELL, 1, 10 * MINUTE),
        (1, timedelta(), OPEN, Action.TELL, 2, 10 * MINUTE),
        (2, timedelta(), OPEN, Action.UNANSWERED, 3, None),
        (3, timedelta(), OPEN, Action.REST, 3, None),
        (0, timedelta(), CLOSED, Action.END, 0, None),
        (1, timedelta(), ACKNOWLEDGED, Action.REST, 1, None),
        (1, timedelta(), SILENCED, Action.REST, 1, None),
        (1, timedelta(), SILENCED._replace(silenced_until=NOON), Action.TELL, 2, 10 * MINUTE),
        (1, timedelta(), SILENCED._replace(silenced_until=NOON + MINUTE), Action.WAIT, 1, MINUTE),
        (1, 5 * MINUTE, SILENCED._replace(silenced_until=NOON + MINUTE), Action.WAIT, 1, 5 * MINUTE),
    ],
)
def test_what_is_due_is_decided_by_the_alert_as_it_is(
    step: int,
    due_in: timedelta,
    alert: AlertTruth,
    action: Action,
    next_step: int,
    next_due_in: timedelta | None,
) -> None:
    rules = make_rules(5, 10)
    decision = decide(rules, begun(step=step, due_in=due_in), alert, NOON)
    assert decision.action is action
    assert decision.after.step == next_step
    assert decision.after.due_at == (None if next_due_in is None else NOON + next_due_in)


def test_an_alert_acknowledged_for_too_long_opens_again_and_starts_from_the_first_level() -> None:
    rules = make_rules(5, 10, timeout=30)
    waiting = decide(rules, begun(step=1), ACKNOWLEDGED, NOON)
    assert (waiting.action, waiting.after.due_at) == (Action.WAIT, NOON + 30 * MINUTE)
    opened = decide(rules, waiting.after, ACKNOWLEDGED, NOON + 30 * MINUTE)
    assert opened.action is Action.REOPEN
    assert opened.after == Progress(0, NOON + 35 * MINUTE, WaitingFor.LEVEL)


def test_an_alert_that_is_given_back_waits_the_usual_time_for_its_next_level() -> None:
    rules = make_rules(5, 10)
    resting = decide(rules, begun(step=1), ACKNOWLEDGED, NOON)
    resumed = decide(rules, resting.after, OPEN, NOON + MINUTE)
    assert (resumed.action, resumed.after) == (Action.WAIT, Progress(1, NOON + 11 * MINUTE, WaitingFor.LEVEL))


def test_an_alert_that_is_heard_again_early_does_not_wait_for_the_end_of_its_silence() -> None:
    rules = make_rules(5, 10)
    silenced = SILENCED._replace(silenced_until=NOON + timedelta(hours=8))
    waiting = decide(rules, begun(), silenced, NOON)
    heard = decide(rules, waiting.after, OPEN, NOON + MINUTE)
    assert heard.after == Progress(0, NOON + 6 * MINUTE, WaitingFor.LEVEL)


policies = st.builds(
    lambda delays, repeat, timeout: make_rules(*delays, repeat=repeat, timeout=timeout),
    st.lists(st.integers(1, 60), min_size=1, max_size=10),
    st.integers(0, 5),
    st.none() | st.integers(1, 60),
)
truths = st.sampled_from([OPEN, CLOSED, ACKNOWLEDGED, SILENCED, SILENCED._replace(silenced_until=NOON + MINUTE)])


@given(policies)
def test_an_alert_that_nobody_takes_is_told_level_by_level_and_then_called_unanswered(rules: EscalationRules) -> None:
    progress = begun(due_in=rules.delay_before(0))
    told: list[tuple[int, datetime]] = []
    now = NOON
    while progress.due_at is not None:
        now = progress.due_at
        step = progress.step
        decision = decide(rules, progress, OPEN, now)
        assert decision.action is (Action.TELL if step < rules.steps else Action.UNANSWERED)
        if decision.action is Action.TELL:
            told.append((rules.level_of(step), now))
        progress = decision.after
    assert [level for level, _ in told] == list(range(1, len(rules.levels) + 1)) * (rules.repeat + 1)
    moments = [NOON, *(moment for _, moment in told)]
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits == [level.delay for level in rules.levels] * (rules.repeat + 1)
    assert now - moments[-1] == rules.levels[-1].delay


@given(policies, st.integers(0, 61), st.integers(-60, 60), st.sampled_from(WaitingFor), truths)
def test_nobody_is_told_of_an_alert_that_is_not_open_or_is_silenced(
    rules: EscalationRules, step: int, due_in: int, waiting_for: WaitingFor, alert: AlertTruth
) -> None:
    decision = decide(rules, Progress(step, NOON + due_in * MINUTE, waiting_for), alert, NOON)
    if alert != OPEN:
        assert decision.action not in (Action.TELL, Action.UNANSWERED)


@given(policies, st.integers(0, 61), st.none() | st.integers(-60, 60), st.sampled_from(WaitingFor))
def test_an_open_alert_has_something_due_until_nobody_has_answered(
    rules: EscalationRules, step: int, due_in: int | None, waiting_for: WaitingFor
) -> None:
    due_at = None if due_in is None else NOON + due_in * MINUTE
    decision = decide(rules, Progress(step, due_at, waiting_for), OPEN, NOON)
    if step < rules.steps:
        assert decision.after.due_at is not None
        assert decision.after.due_at > NOON


@given(policies, st.integers(0, 61), st.integers(-60, 60), st.sampled_from(WaitingFor), truths)
def test_to_wake_again_at_once_changes_nothing(
    rules: EscalationRules, step: int, due_in: int, waiting_for: WaitingFor, alert: AlertTruth
) -> None:
    first = decide(rules, Progress(step, NOON + due_in * MINUTE, waiting_for), alert, NOON)
    if first.action is not Action.REOPEN:
        again = decide(rules, first.after, alert, NOON)
        assert again.after == first.after
        assert again.action in (Action.WAIT, Action.REST, Action.END)
