"""What time is asked about, and how it is cut into buckets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.errors import InvalidInputError
from pulse.telemetry.periods import MAX_POINTS, ORIGIN, HistoryRange, Period, choose_span, cut, floor_to_bucket

NOW = datetime(2026, 11, 20, 12, 34, 56, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
BUCKETS = st.integers(1, 2_592_000).map(lambda seconds: timedelta(seconds=seconds))


def test_ranges_are_named_as_people_say_them() -> None:
    assert [history_range.value for history_range in HistoryRange] == ["1h", "6h", "24h", "7d", "30d"]


@pytest.mark.parametrize(
    ("history_range", "bucket", "points"),
    [("1h", MINUTE, 61), ("6h", 5 * MINUTE, 73), ("24h", 15 * MINUTE, 97), ("7d", HOUR, 169), ("30d", 6 * HOUR, 121)],
)
def test_a_range_ends_now_and_has_its_usual_buckets(history_range: str, bucket: timedelta, points: int) -> None:
    buckets = cut(Period(range=HistoryRange(history_range)), NOW)
    assert buckets.bucket == bucket
    assert buckets.end == NOW
    assert -((buckets.start - buckets.end) // bucket) == points


def test_without_any_choice_it_is_the_last_day() -> None:
    assert choose_span(Period(), NOW) == (NOW - DAY, NOW)
    assert cut(Period(), NOW).bucket == 15 * MINUTE


def test_an_end_alone_means_the_day_before_it() -> None:
    assert choose_span(Period(end=NOW - DAY), NOW) == (NOW - 2 * DAY, NOW - DAY)


@pytest.mark.parametrize(
    ("span", "bucket"),
    [
        (MINUTE, timedelta(seconds=1)),
        (HOUR, MINUTE),
        (12 * HOUR, 5 * MINUTE),
        (DAY, 15 * MINUTE),
        (7 * DAY, HOUR),
        (30 * DAY, 6 * HOUR),
        (180 * DAY, DAY),
        (730 * DAY, 7 * DAY),
        (3650 * DAY, 30 * DAY),
    ],
)
def test_a_free_choice_of_time_gets_a_fitting_bucket(span: timedelta, bucket: timedelta) -> None:
    assert cut(Period(start=NOW - span, end=NOW), NOW).bucket == bucket


def test_a_range_may_have_other_buckets() -> None:
    assert cut(Period(range=HistoryRange.DAY, bucket=HOUR), NOW).start == datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "period",
    [
        Period(start=NOW, end=NOW),
        Period(start=NOW + HOUR),
        Period(range=HistoryRange.DAY, start=NOW - HOUR),
        Period(range=HistoryRange.DAY, end=NOW),
        Period(range=HistoryRange.MONTH, bucket=MINUTE),
        Period(start=NOW - timedelta(seconds=MAX_POINTS + 1), end=NOW, bucket=timedelta(seconds=1)),
    ],
)
def test_what_makes_no_sense_or_too_many_points_is_refused(period: Period) -> None:
    with pytest.raises(InvalidInputError):
        cut(period, NOW)


@given(INSTANTS, st.timedeltas(timedelta(seconds=1), timedelta(days=700)), st.none() | BUCKETS)
def test_buckets_are_whole_cover_the_time_and_are_not_too_many(
    start: datetime, span: timedelta, bucket: timedelta | None
) -> None:
    try:
        buckets = cut(Period(start=start, end=start + span, bucket=bucket), NOW)
    except InvalidInputError:
        assert bucket is not None
        assert span / bucket > MAX_POINTS - 1
        return
    assert buckets.start <= start < buckets.start + buckets.bucket
    assert (buckets.start - ORIGIN) % buckets.bucket == timedelta(0)
    assert (buckets.end - buckets.start) / buckets.bucket <= MAX_POINTS


@given(INSTANTS, BUCKETS)
def test_a_bucket_holds_its_instant(instant: datetime, bucket: timedelta) -> None:
    start = floor_to_bucket(instant, bucket)
    assert start <= instant < start + bucket
    assert floor_to_bucket(start, bucket) == start


@given(INSTANTS)
def test_what_divides_a_day_starts_at_midnight(instant: datetime) -> None:
    for bucket in (MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY):
        start = floor_to_bucket(instant, bucket)
        assert (start - start.replace(hour=0, minute=0, second=0)) % bucket == timedelta(0)
