"""The course of a command: which status may follow which, and what an answer changes in each."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from pulse.commands.command import CommandStatus

FOLLOWERS: Final[Mapping[CommandStatus, frozenset[CommandStatus]]] = {
    CommandStatus.QUEUED: frozenset(CommandStatus) - {CommandStatus.QUEUED},
    CommandStatus.DELIVERED: frozenset(CommandStatus) - {CommandStatus.QUEUED},
}
"""What a command may become. One that is handed over again stays DELIVERED; nothing follows the end."""


class Answered(Enum):
    """What an answer is to a command: its end, a remark after another end, or nothing new."""

    IN_TIME = auto()
    LATE = auto()
    REPEATED = auto()


def judge_answer(status: CommandStatus, *, was_answered: bool) -> Answered:
    """What an answer is to a command that stands at `status`. The first one counts, whenever it comes."""
    if was_answered:
        return Answered.REPEATED
    return Answered.IN_TIME if status in FOLLOWERS else Answered.LATE
