"""Wall-clock times on the nights on which clocks are put forward or back."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pulse.oncall.wall_time import end_instant, start_instant, wall_time
from tests.unit.oncall.schedule_builder import utc


@pytest.mark.parametrize(
    ("zone", "wall", "starts", "ends"),
    [
        # Berlin goes from 02:00 to 03:00 on 29 March, and from 03:00 back to 02:00 on 25 October 2026.
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59", "2026-03-29T00:59"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59", "2026-10-24T23:59"),
        ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00", "2026-10-25T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00", "2026-10-25T02:00"),
        # New York goes from 02:00 to 03:00 on 8 March, and from 02:00 back to 01:00 on 1 November 2026.
        ("America/New_York", "2026-03-08T02:45", "2026-03-08T07:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01T01:15", "2026-11-01T05:15", "2026-11-01T06:15"),
        ("America/New_York", "2026-11-01T02:00", "2026-11-01T07:00", "2026-11-01T07:00"),
        # Lord Howe's clocks move by half an hour: from 02:00 back to 01:30 on 5 April, forward on 4 October 2026.
        ("Australia/Lord_Howe", "2026-04-05T01:29", "2026-04-04T14:29", "2026-04-04T14:29"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-04T15:15"),
        ("Australia/Lord_Howe", "2026-04-05T02:00", "2026-04-04T15:30", "2026-04-04T15:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", "2026-10-03T15:30"),
        # Samoa left out 30 December 2011 as a whole.
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", "2011-12-30T10:00"),
    ],
)
def test_what_starts_does_so_at_the_first_and_what_ends_at_the_last(
    zone: str, wall: str, starts: str, ends: str
) -> None:
    time, place = datetime.fromisoformat(wall), ZoneInfo(zone)
    assert (start_instant(time, place), end_instant(time, place)) == (utc(starts), utc(ends))


def test_the_first_instant_after_a_jump_is_what_clocks_show_next() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    skipped = start_instant(datetime.fromisoformat("2026-03-29T02:30"), berlin)
    assert wall_time(skipped, berlin) == datetime.fromisoformat("2026-03-29T03:00")
