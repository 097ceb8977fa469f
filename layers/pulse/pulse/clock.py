"""The time. Rules take `now` as an argument; everything else asks here, so that a test can move it."""

from datetime import UTC, datetime, timedelta
from typing import Final

_UNITS: Final = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)


def from_epoch_milliseconds(milliseconds: int) -> datetime:
    """An instant given as milliseconds since 1970, as AWS IoT and SQS stamp messages."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def format_instant(instant: datetime) -> str:
    """ISO 8601 in UTC with microseconds and `Z`: fixed in width, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def format_length(length: timedelta) -> str:
    """A length of time in the longest unit in which it is a whole number: `5 min` of 300 seconds, `90 s` of 90.

    The application writes lengths by the same rule.
    """
    for unit, word in _UNITS:
        if length and not length % unit:
            return f"{length // unit} {word}"
    return f"{length.total_seconds():g} s"
