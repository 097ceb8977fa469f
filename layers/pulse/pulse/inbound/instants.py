"""Texts and numbers of vendors as instants. Pure."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints

from pulse.inbound.record import Value, number_of, text_of

_NAMED: Final = ("iso8601", "epoch_seconds", "epoch_milliseconds")
_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_KNOWN: Final = frozenset("YymdHIMSfzbBpjaA")
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_A_DAY: Final = timedelta(days=1)


def check_format(text: str) -> str:
    """The format itself. Raises ValueError for what can't be read with."""
    if text in _NAMED:
        return text
    directives = _DIRECTIVE.findall(text)
    if not directives or len(directives) != len(set(directives)) or not _KNOWN.issuperset(directives):
        message = f"must be {', '.join(_NAMED)}, or made of %{' %'.join(sorted(_KNOWN))}, each at most once"
        raise ValueError(message)
    return text


InstantFormat = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$"), AfterValidator(check_format)
]
"""How a time is written: by a name, or by Python's directives."""


def read_instant(value: Value, text_format: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """A value as an instant in UTC, or None when it is none between the years 2000 and 2200.

    A text without an offset is the zone's wall-clock time; one without a year is in the twelve months until tomorrow.
    """
    text = text_of(value).strip()
    try:
        match text_format:
            case "iso8601":
                instant = _in_zone(datetime.fromisoformat(text), zone)
            case "epoch_seconds" | "epoch_milliseconds":
                number = number_of(value)
                if number is None:
                    return None
                instant = datetime.fromtimestamp(number / (1000 if text_format == "epoch_milliseconds" else 1), UTC)
            case _ if "%Y" in text_format or "%y" in text_format:
                instant = _in_zone(datetime.strptime(text, text_format), zone)  # noqa: DTZ007 - the zone follows
            case _:
                instant = _in_year(text, text_format, zone, now)
    except (ValueError, OverflowError, OSError):
        return None
    return instant if _EARLIEST <= instant < _LATEST else None


def _in_year(text: str, text_format: str, zone: ZoneInfo, now: datetime) -> datetime:
    this_year = now.astimezone(zone).year
    instant = _in_zone(datetime.strptime(f"{this_year} {text}", f"%Y {text_format}"), zone)  # noqa: DTZ007
    if instant <= now + _A_DAY:
        return instant
    return _in_zone(datetime.strptime(f"{this_year - 1} {text}", f"%Y {text_format}"), zone)  # noqa: DTZ007


def _in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
