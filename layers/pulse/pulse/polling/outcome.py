"""What came of a poll. Pure."""

from enum import StrEnum
from typing import Final

from pydantic import Field

from pulse.models import Model

MAX_ANSWER_BYTES: Final = 65_536
"""Of one question; a longer answer is a bad one."""
MAX_POLL_BYTES: Final = 131_072
"""Of all answers of a poll."""
MAX_REASON: Final = 300


class OutcomeKind(StrEnum):
    """How a poll ended. A wrong password is not "offline": each failure names what to look at."""

    OK = "ok"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    WRONG_CREDENTIALS = "wrong_credentials"
    UNTRUSTED = "untrusted"
    BAD_ANSWER = "bad_answer"
    NOT_ALLOWED = "not_allowed"


class Answer(Model):
    """What a question was answered with."""

    name: str = Field(description="The question's")
    body: str


class PollOutcome(Model):
    """How a poll ended, and what it heard. It is complete when every question was answered as it should be."""

    kind: OutcomeKind
    reason: str = Field("", max_length=MAX_REASON, description="For people; empty when all went well")
    complete: bool
    seconds: float = Field(ge=0, description="How long it took")
    answers: list[Answer] = Field(default_factory=list)
    host_key: str | None = Field(None, description="What an SSH server showed that was not known before")


class PollError(Exception):
    """A poll can't go on. The message is for people and has no secret in it."""

    def __init__(self, kind: OutcomeKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason[:MAX_REASON]
