"""Types of what comes in. No `type` statements: the event handler looks for `Annotated` itself."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, StringConstraints

from pulse import texts
from pulse.email_address import EmailAddress

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def _to_utc(instant: datetime) -> datetime:
    if not _EARLIEST <= instant < _LATEST:
        message = "must be between the years 2000 and 2200"
        raise ValueError(message)
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A point in time; without an offset it is refused, and inside it is UTC."""

SearchText = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=texts.TEXT)]
"""What a person types into a search field."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=texts.TEXT)]
"""An id or name of something that exists, or doesn't."""

Remark = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True, pattern=texts.TEXT)]
"""What a person writes about something."""

Note = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True, pattern=texts.TEXT)]
"""What a person writes about something, or nothing."""

Email = EmailAddress
"""An address as people write it; whether somebody reads it, the invitation will tell."""

Label = texts.Title
"""What something is called in lists."""

Title = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True, pattern=texts.LINE)]
"""What something is called in lists, or nothing."""

SigningRequest = Annotated[str, StringConstraints(min_length=1, max_length=16_384, pattern=texts.TEXT)]
"""A PEM certificate signing request."""
