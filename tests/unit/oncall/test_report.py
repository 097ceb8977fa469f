"""Gaps and hours per person."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pulse.oncall.report import report_coverage
from pulse.oncall.timeline import timeline
from tests.unit.oncall.schedule_builder import ANNA, BERT, make_layer, make_schedule, restrict, utc


def test_gaps_and_hours_are_counted() -> None:
    layer = make_layer(rotation="daily", restrictions=(restrict("09:00", "21:00"),))
    start, end = utc("2026-01-05T08:00"), utc("2026-01-08T08:00")
    report = report_coverage(timeline(make_schedule(layer), start, end), start, end)
    assert [(gap.start, gap.hours) for gap in report.gaps] == [
        (utc("2026-01-05T20:00"), 12),
        (utc("2026-01-06T20:00"), 12),
        (utc("2026-01-07T20:00"), 12),
    ]
    assert report.gap_hours == 36
    assert [(load.email, load.hours, load.share) for load in report.people] == [
        (ANNA.email, 24, 0.6667),
        (BERT.email, 12, 0.3333),
    ]


def test_a_schedule_without_anybody_is_one_gap() -> None:
    start, end = utc("2025-01-01"), utc("2025-01-02")
    report = report_coverage(timeline(make_schedule(), start, end), start, end)
    assert [(gap.start, gap.end) for gap in report.gaps] == [(start, end)]
    assert report.people == []


@given(st.integers(1, 1000))
def test_hours_of_people_and_gaps_are_the_whole_range(hours: int) -> None:
    layer = make_layer(rotation="hourly", restrictions=(restrict("06:00", "14:00"),))
    start = utc("2026-03-20")
    end = start + timedelta(hours=hours)
    report = report_coverage(timeline(make_schedule(layer), start, end), start, end)
    assert round(report.gap_hours + sum(load.hours for load in report.people), 2) == hours
