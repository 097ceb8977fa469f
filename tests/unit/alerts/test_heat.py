"""When in the week alerts open, by somebody's wall clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.alerts.figures.heat import QUARTER, heat, start_of_days

BERLIN = ZoneInfo("Europe/Berlin")
QUARTERS = st.integers(0, 4 * 24 * 400).map(lambda number: datetime(2026, 1, 1, tzinfo=UTC) + number * QUARTER)


@pytest.mark.parametrize(
    ("quarter", "zone", "cell"),
    [
        ("2026-11-20T23:30:00+00:00", "UTC", (5, 23)),
        ("2026-11-20T23:30:00+00:00", "Europe/Berlin", (6, 0)),
        ("2026-11-20T23:30:00+00:00", "America/New_York", (5, 18)),
        ("2026-11-20T18:45:00+00:00", "Asia/Kathmandu", (6, 0)),
        # The hour that comes twice on the night in October.
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", (7, 2)),
        ("2026-10-25T01:30:00+00:00", "Europe/Berlin", (7, 2)),
    ],
)
def test_an_alert_counts_in_the_hour_that_the_clock_on_the_wall_showed(
    quarter: str, zone: str, cell: tuple[int, int]
) -> None:
    cells = heat({datetime.fromisoformat(quarter): 3}, ZoneInfo(zone))
    assert [(cell.weekday, cell.hour) for cell in cells if cell.opened] == [cell]
    assert sum(cell.opened for cell in cells) == 3


@given(st.dictionaries(QUARTERS, st.integers(1, 9)), st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe"]))
def test_no_alert_is_lost_and_every_cell_is_there(quarters: dict[datetime, int], zone: str) -> None:
    cells = heat(quarters, ZoneInfo(zone))
    assert len({(cell.weekday, cell.hour) for cell in cells}) == len(cells) == 168
    assert sum(cell.opened for cell in cells) == sum(quarters.values())


def test_days_begin_at_midnight_of_the_zone_across_a_change_of_the_clocks() -> None:
    now = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)
    assert start_of_days(now, 1, BERLIN) == datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    assert start_of_days(now, 2, BERLIN) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert start_of_days(now, 2, BERLIN).utcoffset() == timedelta(0)
