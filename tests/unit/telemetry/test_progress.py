"""Until when everything that devices have sent is known."""

from datetime import timedelta

import pytest

from pulse.telemetry.progress import LONGEST_HOLD, Batch, told_until
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def batch(ago: float, waited: float) -> Batch:
    return Batch(NOON - ago * SECOND, NOON - (ago + waited) * SECOND)


@pytest.mark.parametrize(
    ("batches", "waiting", "held"),
    [
        ([], 0, 0),
        ([], 5, 0),
        ([batch(5, 1)], 100, 0),
        ([batch(5, 30)], 0, 0),
        ([batch(5, 31)], 0, 31),
        ([batch(5, 1), batch(200, 90), batch(10, 40)], 0, 90),
        ([batch(241, 90), batch(5, 1)], 0, 0),
        ([batch(61, 1)], 0, 0),
        ([batch(25, 5)], 1, 0),
        ([batch(25, 6)], 1, 31),
        ([batch(61, 1)], 1, 62),
        ([batch(9, 1), batch(40, 2)], 1, 0),
        ([batch(3000, 1)], 1, LONGEST_HOLD.total_seconds()),
        ([batch(5, 901)], 0, 0),
        ([batch(5, 900)], 0, 900),
    ],
)
def test_silence_is_held_back_by_what_messages_have_waited(batches: list[Batch], waiting: int, held: float) -> None:
    assert told_until(NOON, batches, waiting=waiting) == NOON - held * SECOND


def test_a_batch_of_a_future_clock_holds_nothing_back() -> None:
    assert told_until(NOON, [batch(-3600, 600)], waiting=0) == NOON
