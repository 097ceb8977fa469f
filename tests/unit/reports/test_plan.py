"""When reports are due: periods follow each other without a gap, by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.reports.plan import Plan, ReportCadence

BERLIN = Plan(6, ZoneInfo("Europe/Berlin"))
instants = st.integers(0, 15 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])


@given(instants, st.sampled_from(ReportCadence), zones, st.integers(0, 23))
def test_a_period_ends_where_the_next_one_begins(now: datetime, cadence: ReportCadence, zone: str, hour: int) -> None:
    plan = Plan(hour, ZoneInfo(zone))
    period = plan.period_before(cadence, now)
    following = plan.next_end(cadence, now)
    assert period.start < period.end <= now < following
    assert plan.period_before(cadence, following).start == period.end


@pytest.mark.parametrize(
    ("cadence", "start", "end"),
    [
        (ReportCadence.DAILY, datetime(2026, 11, 18, 5, tzinfo=UTC), datetime(2026, 11, 19, 5, tzinfo=UTC)),
        (ReportCadence.WEEKLY, datetime(2026, 11, 9, 5, tzinfo=UTC), datetime(2026, 11, 16, 5, tzinfo=UTC)),
        (ReportCadence.MONTHLY, datetime(2026, 10, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_period_is_a_day_a_week_or_a_month(cadence: ReportCadence, start: datetime, end: datetime) -> None:
    assert BERLIN.period_before(cadence, datetime(2026, 11, 19, 12, tzinfo=UTC)) == (start, end)


def test_a_day_has_23_hours_when_clocks_are_put_forward() -> None:
    period = BERLIN.period_before(ReportCadence.DAILY, datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert period.end - period.start == timedelta(hours=23)


def test_the_next_of_several_is_due_first() -> None:
    now = datetime(2026, 11, 19, 12, tzinfo=UTC)
    assert BERLIN.due_at(ReportCadence, now) == datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert BERLIN.due_at([], now) is None
