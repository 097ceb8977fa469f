"""Periods of digests end at an hour of the clock on the wall, and follow each other whatever clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.digests.plan import Cadence, Period, Plan
from pulse.oncall.schedule import WEEKDAYS, Weekday
from pulse.wall_clock import wall_time

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Africa/Casablanca",
    "America/Sao_Paulo", "Pacific/Apia",
]  # fmt: skip
PLANS = st.builds(
    Plan,
    cadence=st.sampled_from(Cadence),
    weekday=st.sampled_from(Weekday),
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
INSTANTS = st.datetimes(datetime(2011, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def daily(hour: int = 8) -> Plan:
    return Plan(Cadence.DAILY, Weekday.MONDAY, hour, BERLIN)


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-11-20T07:00:00Z", "2026-11-19T07:00:00Z", "2026-11-20T07:00:00Z"),
        ("2026-11-20T06:59:59Z", "2026-11-18T07:00:00Z", "2026-11-19T07:00:00Z"),
        ("2026-03-29T06:00:00Z", "2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z"),  # 23 hours
        ("2026-10-25T07:00:00Z", "2026-10-24T06:00:00Z", "2026-10-25T07:00:00Z"),  # 25 hours
    ],
)
def test_a_daily_period_is_the_day_that_is_over(now: str, start: str, end: str) -> None:
    found = daily().period_before(datetime.fromisoformat(now))
    assert found == Period(datetime.fromisoformat(start), datetime.fromisoformat(end))


def test_an_hour_that_clocks_skip_ends_its_period_right_after_the_jump() -> None:
    assert daily(2).next_end(datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_an_hour_that_comes_twice_ends_one_period() -> None:
    first = daily(2).next_end(datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert daily(2).next_end(first) == datetime(2026, 10, 26, 1, tzinfo=UTC)


def test_a_weekly_period_ends_on_its_weekday() -> None:
    plan = Plan(Cadence.WEEKLY, Weekday.MONDAY, 8, BERLIN)
    friday = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert plan.period_before(friday) == Period(
        datetime(2026, 11, 9, 7, tzinfo=UTC), datetime(2026, 11, 16, 7, tzinfo=UTC)
    )
    assert plan.next_end(friday) == datetime(2026, 11, 23, 7, tzinfo=UTC)


@given(plan=PLANS, now=INSTANTS)
def test_periods_follow_each_other_without_a_gap(plan: Plan, now: datetime) -> None:
    over, end = plan.period_before(now), plan.next_end(now)
    assert over.start < over.end <= now < end
    assert plan.period_before(end) == Period(over.end, end)
    assert plan.next_end(over.start) == over.end


@given(plan=PLANS, now=INSTANTS)
def test_a_period_ends_at_its_hour_unless_clocks_skip_it(plan: Plan, now: datetime) -> None:
    end = plan.next_end(now)
    wall = wall_time(end, plan.zone)
    skipped = wall_time(end - timedelta(seconds=1), plan.zone) < wall - timedelta(seconds=1)
    assert skipped or (wall.hour, wall.minute) == (plan.hour, 0)
    if plan.cadence is Cadence.WEEKLY and not skipped:
        assert WEEKDAYS[wall.weekday()] is plan.weekday


@given(plan=PLANS, now=INSTANTS)
def test_a_preview_is_about_a_whole_period_that_ends_now(plan: Plan, now: datetime) -> None:
    period = plan.period_until(now)
    assert period.end == now
    assert abs(now - period.start - plan.cadence.length) <= timedelta(days=1, hours=1)
