"""Until when everything that devices have sent is known."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.telemetry.progress import LONGEST_HOLD, Batch, Begun, told_until
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


@pytest.mark.parametrize(
    ("batches", "waiting", "held"),
    [
        ([batch(61, 1)], None, 62),  # a queue that can't be asked may be full
        ([batch(9, 1)], None, 0),
        ([batch(5, 40)], None, 40 + 180),  # what was handed back comes again after three minutes
        ([batch(5, 40)], 1, 40 + 180),
        ([batch(5, 40)], 0, 40),
        ([batch(5, 800)], 1, LONGEST_HOLD.total_seconds()),
    ],
)
def test_what_was_handed_back_may_be_behind_what_has_come(
    batches: list[Batch], waiting: int | None, held: float
) -> None:
    assert told_until(NOON, batches, waiting=waiting) == NOON - held * SECOND


@pytest.mark.parametrize(
    ("begun_ago", "waited", "held"),
    [(0, 1, 0), (29, 1, 0), (30, 1, 31), (239, 1, 240), (241, 1, 0), (-5, 90, 0), (5, 901, 0)],
)
def test_what_a_function_is_at_work_on_is_not_known(begun_ago: float, waited: float, held: float) -> None:
    begun = [Begun(NOON - begun_ago * SECOND, NOON - (begun_ago + waited) * SECOND)]
    assert told_until(NOON, [batch(1, 1)], begun, waiting=1) == NOON - held * SECOND


class Message(NamedTuple):
    """One on its way: seconds before noon when it came, waited on the queue, was worked on, and whether that went well.

    If it did not it is taken again three minutes after it was taken, and then it goes well.
    """

    received: float
    waits: float
    works: float
    goes_well: bool

    def attempts(self) -> list[tuple[float, float, bool]]:
        """When each began and ended, in seconds before noon, and whether it went well."""
        first = self.received - self.waits
        if self.goes_well:
            return [(first, first - self.works, True)]
        return [(first, first - self.works, False), (first - 180, first - 180 - self.works, True)]


MESSAGES = st.lists(
    st.builds(
        Message, st.floats(0, 890), st.floats(0, 20), st.floats(0, 30), st.booleans()
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(MESSAGES)
def test_whatever_stalls_and_dies_no_message_that_was_taken_is_passed_over(messages: list[Message]) -> None:
    committed = [
        Batch(NOON - ended * SECOND, NOON - message.received * SECOND)
        for message in messages
        for _, ended, went_well in message.attempts()
        if went_well and ended >= 0
    ]
    open_ = [message for message in messages if message.attempts()[-1][1] < 0]
    begun = [
        Begun(NOON - began * SECOND, NOON - message.received * SECOND)
        for message in messages
        for began, ended, went_well in message.attempts()
        if began >= 0 and not (went_well and ended >= 0)
    ]
    known = told_until(NOON, committed, begun, waiting=len(open_))
    for message in open_:
        was_taken = message.attempts()[0][0] >= 0
        assert not was_taken or message.received <= 30 or known <= NOON - message.received * SECOND


def test_a_batch_of_a_future_clock_holds_nothing_back() -> None:
    assert told_until(NOON, [batch(-3600, 600)], waiting=0) == NOON
