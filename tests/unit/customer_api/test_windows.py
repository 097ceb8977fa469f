"""How stored readings are cut: windows for a page, buckets for a history."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pulse.telemetry.queries import HistoryRange, floor_to_bucket, newest_first

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
BUCKETS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)])


@given(INSTANTS, INSTANTS)
def test_windows_cover_a_range_once(one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))
    windows = list(newest_first(start, end))
    if start == end:
        assert windows == []
        return
    assert windows[0][1] == end
    assert windows[-1][0] == start
    assert all(lower < upper for lower, upper in windows)
    assert all(newer[0] == older[1] for newer, older in pairwise(windows))


def test_three_months_are_five_windows() -> None:
    end = datetime(2026, 11, 20, tzinfo=UTC)
    assert len(list(newest_first(end - timedelta(days=90), end))) == 5


@given(INSTANTS, BUCKETS)
def test_a_bucket_holds_its_instant(instant: datetime, bucket: timedelta) -> None:
    start = floor_to_bucket(instant, bucket)
    assert start <= instant < start + bucket
    assert floor_to_bucket(start, bucket) == start
    # As the database counts: whole buckets from the midnight of a day long ago.
    assert (start - datetime(2000, 1, 3, tzinfo=UTC)) % bucket == timedelta(0)


def test_ranges_are_named_as_people_say_them() -> None:
    assert [history_range.value for history_range in HistoryRange] == ["1h", "6h", "24h", "7d", "30d"]
