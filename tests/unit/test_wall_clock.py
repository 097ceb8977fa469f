"""Wall-clock times as instants, on the nights when clocks change as well."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.wall_clock import begins_at, ends_at, wall_time

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"]
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "wall", "begins", "ends"),
    [
        ("Europe/Berlin", "2026-07-01T12:00", "2026-07-01T10:00Z", "2026-07-01T10:00Z"),
        # 02:30 comes twice on the night in autumn, and not at all on the one in spring.
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30Z", "2026-10-25T01:30Z"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z", "2026-11-01T06:30Z"),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00Z", "2026-03-08T07:00Z"),
        # Half an hour there.
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30Z", "2026-10-03T15:30Z"),
    ],
)
def test_a_time_of_the_clock_on_the_wall_is_an_instant(zone: str, wall: str, begins: str, ends: str) -> None:
    shown = datetime.fromisoformat(wall)
    assert begins_at(shown, ZoneInfo(zone)) == datetime.fromisoformat(begins)
    assert ends_at(shown, ZoneInfo(zone)) == datetime.fromisoformat(ends)


@given(
    st.sampled_from(ZONES).map(ZoneInfo),
    st.integers(0, 40 * 365 * 24 * 60).map(lambda minute: datetime.fromisoformat("2000-01-01") + minute * MINUTE),
)
def test_what_is_shown_at_its_instant_is_the_time_itself_or_right_after_a_jump(zone: ZoneInfo, wall: datetime) -> None:
    begin, end = begins_at(wall, zone), ends_at(wall, zone)
    assert begin <= end <= begin + timedelta(hours=1)
    if wall_time(begin, zone) != wall:
        assert begin == end
        assert wall_time(begin - timedelta(seconds=1), zone) < wall < wall_time(begin, zone)
    assert begin.tzinfo is UTC
