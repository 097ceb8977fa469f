"""The course of a command, as a table."""

import pytest

from pulse.commands.command import CommandStatus
from pulse.commands.course import FOLLOWERS, Answered, judge_answer

COURSE = {
    "QUEUED": {"DELIVERED", "ACKNOWLEDGED", "REJECTED", "EXPIRED", "CANCELLED"},
    "DELIVERED": {"DELIVERED", "ACKNOWLEDGED", "REJECTED", "EXPIRED", "CANCELLED"},
    "ACKNOWLEDGED": set(),
    "REJECTED": set(),
    "EXPIRED": set(),
    "CANCELLED": set(),
}


@pytest.mark.parametrize("status", CommandStatus)
def test_a_command_goes_forward_and_nothing_follows_its_end(status: CommandStatus) -> None:
    assert FOLLOWERS.get(status, frozenset()) == COURSE[status]


@pytest.mark.parametrize(
    ("status", "was_answered", "answered"),
    [
        ("QUEUED", False, Answered.IN_TIME),
        ("DELIVERED", False, Answered.IN_TIME),
        ("ACKNOWLEDGED", True, Answered.REPEATED),
        ("REJECTED", True, Answered.REPEATED),
        ("EXPIRED", False, Answered.LATE),
        ("EXPIRED", True, Answered.REPEATED),
        ("CANCELLED", False, Answered.LATE),
        ("CANCELLED", True, Answered.REPEATED),
    ],
)
def test_the_first_answer_counts_and_ends_what_is_open(status: str, was_answered: bool, answered: Answered) -> None:
    assert judge_answer(CommandStatus(status), was_answered=was_answered) is answered
