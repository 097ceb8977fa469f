"""The life of a subscription: every edge of the diagram, each at its instant."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.subscriptions.lifecycle import (
    GRACE_LENGTH,
    NOTICE_DAYS,
    SUSPENSION_LENGTH,
    Life,
    Step,
    SubscriptionKind,
    SubscriptionStatus,
    begin,
    days_until,
    move_end,
    pass_time,
    renew,
    resume,
    suspend,
)
from tests.builders import NOON

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
TRIAL, ACTIVE, GRACE, SUSPENDED, EXPIRED = SubscriptionStatus
END = NOON + 365 * DAY
lives = st.builds(
    lambda kind, days: begin(kind, term_end=NOON + timedelta(days=days), now=NOON),
    st.sampled_from(SubscriptionKind),
    st.floats(0.01, 800),
)
times = st.floats(0, 1500).map(lambda days: NOON + timedelta(days=days))


@pytest.mark.parametrize("kind", SubscriptionKind)
def test_a_term_begins_as_trial_or_active(kind: SubscriptionKind) -> None:
    assert begin(kind, term_end=END, now=NOON).status is (TRIAL if kind is SubscriptionKind.TRIAL else ACTIVE)


@pytest.mark.parametrize(
    ("life", "at", "after"),
    [
        (Life(TRIAL, NOON, END), END, GRACE),
        (Life(ACTIVE, NOON, END), END, GRACE),
        (Life(GRACE, NOON, NOON), NOON + 14 * DAY, SUSPENDED),
        (Life(SUSPENDED, NOON, END), NOON + 90 * DAY, EXPIRED),
    ],
)
def test_a_status_ends_at_its_instant_and_not_before(life: Life, at: datetime, after: SubscriptionStatus) -> None:
    assert pass_time(life, at - INSTANT).steps == ()
    passage = pass_time(life, at)
    assert passage.steps == (Step(life.status, after, at),)
    assert (passage.life.status, passage.life.since) == (after, at)


def test_two_notices_and_nothing_else_follow_expiry() -> None:
    life = Life(EXPIRED, NOON, NOON)
    for days in (335, 358):
        assert life.due_at == NOON + days * DAY
        assert pass_time(life, NOON + days * DAY - DAY / 24).notice is None
        passage = pass_time(life, NOON + days * DAY)
        assert (passage.steps, passage.notice) == ((), 365 - days)
        life = passage.life
    assert life.due_at is None
    assert pass_time(life, NOON + 10_000 * DAY) == (life, (), None)


def test_who_looks_years_later_finds_every_step_at_its_time() -> None:
    passage = pass_time(begin(SubscriptionKind.TRIAL, term_end=NOON + 14 * DAY, now=NOON), NOON + 1000 * DAY)
    assert passage.steps == (
        Step(TRIAL, GRACE, NOON + 14 * DAY),
        Step(GRACE, SUSPENDED, NOON + 28 * DAY),
        Step(SUSPENDED, EXPIRED, NOON + 118 * DAY),
    )
    assert passage.notice == 7


@given(lives, times, times)
def test_looking_twice_comes_to_the_same_as_looking_once(life: Life, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    first = pass_time(life, early)
    second = pass_time(first.life, late)
    at_once = pass_time(life, late)
    assert second.life == at_once.life
    assert first.steps + second.steps == at_once.steps


@given(lives, times)
def test_what_is_done_is_not_due_any_more(life: Life, now: datetime) -> None:
    after = pass_time(life, now).life
    assert after.due_at is None or after.due_at > now
    assert pass_time(after, now) == (after, (), None)


@given(lives, times)
def test_nothing_happens_before_it_is_due(life: Life, now: datetime) -> None:
    if life.due_at is None or now < life.due_at:
        assert pass_time(life, now) == (life, (), None)
    else:
        assert pass_time(life, now) != (life, (), None)


def notices_of(life: Life, *, hours: int = 1) -> list[int]:
    """What is told when somebody looks each so many hours, until it is over."""
    told, now = [], life.since
    while life.status.is_within_term:
        now += timedelta(hours=hours)
        life, _, notice = pass_time(life, now)
        told += [] if notice is None else [notice]
    return told


def test_each_notice_of_a_year_is_given_once() -> None:
    assert notices_of(begin(SubscriptionKind.MAIN, term_end=END, now=NOON)) == list(NOTICE_DAYS)


@pytest.mark.parametrize("days", NOTICE_DAYS)
def test_a_notice_is_given_at_its_instant_and_not_before(days: int) -> None:
    before = Life(ACTIVE, NOON, END, next((more for more in reversed(NOTICE_DAYS) if more > days), None))
    assert pass_time(before, END - days * DAY - INSTANT).notice is None
    assert pass_time(before, END - days * DAY).notice == days


def test_a_trial_of_two_weeks_is_told_of_at_seven_days_and_one() -> None:
    assert notices_of(begin(SubscriptionKind.TRIAL, term_end=NOON + 14 * DAY, now=NOON)) == [7, 1]


def test_of_notices_that_were_missed_the_newest_alone_is_given() -> None:
    life = begin(SubscriptionKind.MAIN, term_end=END, now=NOON)
    assert pass_time(life, END - 10 * DAY).notice == 14
    assert notices_of(life, hours=24 * 50) == [90, 30]  # looked at with 65 and 15 days left


@pytest.mark.parametrize(
    ("life", "kind", "end"),
    [
        (Life(ACTIVE, NOON, NOON + 10 * DAY), SubscriptionKind.MAIN, NOON + 40 * DAY),
        (Life(GRACE, NOON - DAY, NOON - DAY), SubscriptionKind.MAIN, NOON + 29 * DAY),
        (Life(TRIAL, NOON, NOON + 10 * DAY), SubscriptionKind.TRIAL, NOON + 30 * DAY),
        (Life(TRIAL, NOON, NOON + 40 * DAY), SubscriptionKind.TRIAL, NOON + 40 * DAY),
        (Life(SUSPENDED, NOON - DAY, NOON + 10 * DAY), SubscriptionKind.MAIN, NOON + 40 * DAY),
        (Life(SUSPENDED, NOON - DAY, NOON + 10 * DAY), SubscriptionKind.TRIAL, NOON + 30 * DAY),
        (Life(SUSPENDED, NOON - DAY, NOON - 15 * DAY), SubscriptionKind.MAIN, NOON + 30 * DAY),
        (Life(EXPIRED, NOON - DAY, NOON - 105 * DAY), SubscriptionKind.MAIN, NOON + 30 * DAY),
    ],
)
def test_a_renewal_leads_back_to_active_and_keeps_paid_time(life: Life, kind: SubscriptionKind, end: datetime) -> None:
    renewed = renew(life, kind, term_days=30, now=NOON)
    assert (renewed.status, renewed.since, renewed.term_end) == (ACTIVE, NOON, end)


def test_notices_begin_anew_after_a_renewal() -> None:
    renewed = renew(Life(ACTIVE, NOON, NOON + DAY, 1), SubscriptionKind.MAIN, term_days=365, now=NOON)
    assert notices_of(renewed) == list(NOTICE_DAYS)


@pytest.mark.parametrize("status", [TRIAL, ACTIVE, GRACE])
def test_what_is_in_force_can_be_suspended(status: SubscriptionStatus) -> None:
    suspended = suspend(Life(status, NOON, END), NOON + DAY)
    assert suspended is not None
    assert (suspended.status, suspended.since, suspended.ends_at) == (
        SUSPENDED,
        NOON + DAY,
        NOON + DAY + SUSPENSION_LENGTH,
    )


@pytest.mark.parametrize("status", [SUSPENDED, EXPIRED])
def test_what_is_not_in_force_can_not_be_suspended(status: SubscriptionStatus) -> None:
    assert suspend(Life(status, NOON, END), NOON) is None


@pytest.mark.parametrize(
    ("kind", "now", "status"),
    [
        (SubscriptionKind.MAIN, END - INSTANT, ACTIVE),
        (SubscriptionKind.TRIAL, END - INSTANT, TRIAL),
        (SubscriptionKind.MAIN, END, GRACE),
        (SubscriptionKind.MAIN, END + GRACE_LENGTH - INSTANT, GRACE),
    ],
)
def test_a_resumed_one_is_where_it_would_be(kind: SubscriptionKind, now: datetime, status: SubscriptionStatus) -> None:
    resumed = resume(Life(SUSPENDED, NOON, END), kind, now)
    assert resumed is not None
    assert resumed.status is status
    assert resumed.ends_at == (END + GRACE_LENGTH if status is GRACE else END)


def test_after_its_grace_nothing_is_resumed() -> None:
    assert resume(Life(SUSPENDED, NOON, END), SubscriptionKind.MAIN, END + GRACE_LENGTH) is None
    assert resume(Life(ACTIVE, NOON, END), SubscriptionKind.MAIN, NOON) is None


def test_an_end_that_is_put_off_during_the_grace_leads_back_into_the_term() -> None:
    grace = Life(GRACE, NOON, NOON, 0)
    assert move_end(grace, SubscriptionKind.MAIN, term_end=NOON + 100 * DAY, now=NOON + DAY) == Life(
        ACTIVE, NOON + DAY, NOON + 100 * DAY, None
    )


def test_an_end_that_is_moved_is_noticed_anew() -> None:
    life = Life(ACTIVE, NOON, NOON + 5 * DAY, 7)
    assert move_end(life, SubscriptionKind.MAIN, term_end=NOON + 20 * DAY, now=NOON).noticed_days == 30


@pytest.mark.parametrize(
    ("left", "days"), [(timedelta(0), 0), (INSTANT, 1), (DAY, 1), (DAY + INSTANT, 2), (-DAY, 0), (90 * DAY, 90)]
)
def test_a_begun_day_counts_as_left(left: timedelta, days: int) -> None:
    assert days_until(NOON + left, NOON) == days
