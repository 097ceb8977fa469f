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
        # Berlin goes from 02:00 to 03:00 on 29 March, and from 03:00 back to 02:00 on 25 October 2026.
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59Z", "2026-03-29T00:59Z"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        ("Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59Z", "2026-10-24T23:59Z"),
        ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00Z", "2026-10-25T01:00Z"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30Z", "2026-10-25T01:30Z"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00Z", "2026-10-25T02:00Z"),
        # New York goes from 02:00 to 03:00 on 8 March, and from 02:00 back to 01:00 on 1 November 2026.
        ("America/New_York", "2026-03-08T02:45", "2026-03-08T07:00Z", "2026-03-08T07:00Z"),
        ("America/New_York", "2026-11-01T01:15", "2026-11-01T05:15Z", "2026-11-01T06:15Z"),
        ("America/New_York", "2026-11-01T02:00", "2026-11-01T07:00Z", "2026-11-01T07:00Z"),
        # Lord Howe's clocks move by half an hour: from 02:00 back to 01:30 on 5 April, forward on 4 October 2026.
        ("Australia/Lord_Howe", "2026-04-05T01:29", "2026-04-04T14:29Z", "2026-04-04T14:29Z"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z", "2026-04-04T15:15Z"),
        ("Australia/Lord_Howe", "2026-04-05T02:00", "2026-04-04T15:30Z", "2026-04-04T15:30Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30Z", "2026-10-03T15:30Z"),
        # Samoa left out 30 December 2011 as a whole.
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
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
