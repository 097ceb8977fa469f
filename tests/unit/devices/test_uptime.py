"""Up, down and unknown: told apart by the moments at which a device changed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.state import DeviceStatus
from pulse.devices.uptime import Moment, Uptime, measure_uptime
from tests.builders import NOON

HOUR = timedelta(hours=1)
ONLINE, STALE, OFFLINE = DeviceStatus.ONLINE, DeviceStatus.STALE, DeviceStatus.OFFLINE

MOMENTS = st.lists(
    st.builds(
        Moment,
        time=st.integers(-100, 100).map(lambda minutes: NOON + timedelta(minutes=minutes)),
        status=st.none() | st.sampled_from(DeviceStatus),
        in_service=st.none() | st.booleans(),
    ),
    max_size=20,
)


@given(MOMENTS, st.sampled_from(DeviceStatus), st.booleans(), st.integers(0, 120))
def test_up_down_and_unknown_make_the_whole_period(
    moments: list[Moment], status: DeviceStatus, in_service: bool, minutes: int
) -> None:
    period = timedelta(minutes=minutes)
    uptime = measure_uptime(moments, status=status, in_service=in_service, start=NOON, end=NOON + period)
    assert uptime.up + uptime.down + uptime.unknown == period
    assert min(uptime) >= timedelta()


@given(MOMENTS, st.integers(0, 60), st.integers(0, 60))
def test_a_period_is_the_sum_of_its_parts(moments: list[Moment], first: int, second: int) -> None:
    middle = NOON + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    parts = measure_uptime(moments, start=NOON, end=middle).plus(measure_uptime(moments, start=middle, end=end))
    assert parts == measure_uptime(moments, start=NOON, end=end)


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ([], Uptime(unknown=4 * HOUR)),
        ([Moment(NOON - HOUR, status=ONLINE)], Uptime(up=4 * HOUR)),
        ([Moment(NOON + HOUR, status=ONLINE)], Uptime(unknown=HOUR, up=3 * HOUR)),
        ([Moment(NOON, status=ONLINE), Moment(NOON + HOUR, status=STALE)], Uptime(up=HOUR, down=3 * HOUR)),
        (
            [Moment(NOON, status=OFFLINE), Moment(NOON + HOUR, status=ONLINE), Moment(NOON + 5 * HOUR, status=STALE)],
            Uptime(down=HOUR, up=3 * HOUR),
        ),
        (
            [
                Moment(NOON, status=ONLINE),
                Moment(NOON + HOUR, in_service=False),
                Moment(NOON + 3 * HOUR, in_service=True),
            ],
            Uptime(up=2 * HOUR, unknown=2 * HOUR),
        ),
    ],
)
def test_a_day_of_a_device(moments: list[Moment], expected: Uptime) -> None:
    assert measure_uptime(moments, start=NOON, end=NOON + 4 * HOUR) == expected


def test_a_share_is_of_what_is_known() -> None:
    assert Uptime(up=3 * HOUR, down=HOUR, unknown=20 * HOUR).percent == 75
    assert Uptime(unknown=HOUR).percent is None
