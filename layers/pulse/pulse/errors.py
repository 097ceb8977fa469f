"""What can go wrong at the request of a caller. `pulse.api` maps each to one HTTP status.

The message is written for the person who reads it and says what to do next; nothing matches on message text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class FieldError:
    """One input that is wrong: `field` as the caller named it (dotted for nested ones), `reason` as a sentence."""

    field: str
    reason: str


class PulseError(Exception):
    """Base of the errors that a caller may see."""

    def __init__(self, message: str, *, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors


class InvalidInputError(PulseError):
    """The request can be read but makes no sense (400)."""

    @classmethod
    def of(cls, errors: Sequence[FieldError]) -> Self:
        """Several inputs are wrong, or one."""
        return cls(f"check {', '.join(dict.fromkeys(error.field for error in errors))}", errors=tuple(errors))


class NotAuthenticatedError(PulseError):
    """Who is calling is unknown (401)."""


class NotPermittedError(PulseError):
    """The caller is known and may not do this (403)."""


class NotFoundError(PulseError):
    """No such thing within the caller's tenant; another tenant's things look the same (404)."""


class ConflictError(PulseError):
    """The thing is in a state that does not allow this (409)."""


class StaleVersionError(PulseError):
    """The thing has been changed since the caller read it (412)."""

    def __init__(self) -> None:
        super().__init__("this has been changed since you read it; read it again and repeat your change")


class TooManyRequestsError(PulseError):
    """The caller may come back after a while (429)."""

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class UnavailableError(PulseError):
    """Something that we depend on is away for a while (503); trying again sooner than after the seconds is in vain."""

    retry_after_seconds: ClassVar[int] = 5
