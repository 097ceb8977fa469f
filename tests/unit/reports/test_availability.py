"""Availability: up, down, maintenance and unknown make the whole period, whatever happened in it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.state import DeviceStatus
from pulse.devices.uptime import Moment, Span, measure_uptime, spans_of
from pulse.reports.availability import Availability, Interval, measure, total_length
from tests.builders import NOON

HOUR = timedelta(hours=1)
END = NOON + 24 * HOUR
DAY = Interval(NOON, END)
times = st.floats(-30, 60).map(lambda hours: NOON + timedelta(hours=hours))
moments = st.lists(
    st.one_of(
        st.builds(Moment, times, status=st.sampled_from(DeviceStatus)),
        st.builds(Moment, times, in_service=st.booleans()),
    ),
    max_size=20,
)
windows = st.lists(st.tuples(times, times).map(lambda pair: Interval(*sorted(pair))), max_size=8)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


@given(moments, windows, st.sampled_from(DeviceStatus), st.booleans())
def test_up_down_and_excluded_make_the_period(
    found: list[Moment], maintenance: list[Interval], status: DeviceStatus, in_service: bool
) -> None:
    spans = spans_of(found, status=status, in_service=in_service, start=NOON, end=END)
    availability = measure(spans, maintenance)
    assert availability.up + availability.down + availability.excluded == END - NOON
    assert all(part >= timedelta() for part in availability)
    known = availability.known_percent
    assert known is not None
    assert known == pytest.approx(100 * (1 - availability.unknown / (END - NOON)))


@given(moments, windows)
def test_maintenance_takes_from_up_and_down_and_nothing_else(found: list[Moment], maintenance: list[Interval]) -> None:
    spans = list(spans_of(found, start=NOON, end=END))
    without = measure_uptime(found, start=NOON, end=END)
    availability = measure(spans, maintenance)
    assert availability.unknown == without.unknown
    assert availability.up <= without.up
    assert availability.down <= without.down
    assert measure(spans, []) == Availability(without.up, without.down, timedelta(), without.unknown)


@given(moments, windows)
def test_windows_that_overlap_count_once(found: list[Moment], maintenance: list[Interval]) -> None:
    spans = list(spans_of(found, start=NOON, end=END))
    assert measure(spans, maintenance) == measure(spans, maintenance * 2)
    assert measure(spans, maintenance).maintenance <= total_length(maintenance, DAY)


def test_a_failure_during_maintenance_does_not_count() -> None:
    spans = [Span(NOON, at(20), True), Span(at(20), END, False)]
    availability = measure(spans, [Interval(at(18), at(22))])
    assert availability == Availability(18 * HOUR, 2 * HOUR, 4 * HOUR, timedelta())
    assert availability.percent == pytest.approx(90)


def test_a_device_that_was_never_heard_of_is_unknown_and_has_no_percentage() -> None:
    availability = measure([Span(NOON, END, None)], [Interval(NOON, END)])
    assert (availability.unknown, availability.maintenance, availability.percent) == (24 * HOUR, timedelta(), None)


def test_availabilities_add_up() -> None:
    one = Availability(HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR)
    assert one.plus(one) == Availability(2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR)
