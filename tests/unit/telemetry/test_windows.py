"""How a page of readings is found: windows from the newest on, each longer than the one before."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pulse.telemetry.queries import newest_first

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


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
