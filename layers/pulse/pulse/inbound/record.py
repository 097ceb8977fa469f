"""A record: what a parser has found of one happening, as named values. Pure."""

import math
from collections.abc import Mapping
from typing import Final

import orjson

type Value = str | int | float | bool | None
type Record = dict[str, Value]

MAX_RECORDS: Final = 500
MAX_TEXT: Final = 4096
_CUT: Final = "…"


class PayloadError(Exception):
    """What came in can't be read; the message says why, to whoever set the sender up."""


def as_value(found: object) -> Value:
    """Anything that a decoder returns as a value that can be compared, shown and kept.

    A text loses what a database can't keep and is cut where it is too long; lists and objects become JSON.
    """
    match found:
        case None | bool():
            return found
        case int():
            return found if abs(found) < 2**63 else str(found)
        case float():
            return found if math.isfinite(found) else None
        case str():
            return clean_text(found)
        case _:
            return _as_json(found)


def clean_text(text: str) -> str:
    """A text without NUL and half characters, and not longer than MAX_TEXT."""
    kept = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return kept if len(kept) <= MAX_TEXT else kept[: MAX_TEXT - 1] + _CUT


def text_of(value: Value) -> str:
    """A value as it is compared and shown: nothing is the empty text, 5.0 is 5."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case _:
            return str(value)


def number_of(value: Value) -> float | None:
    """A value as a finite number, if it is one."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def text_of_payload(payload: bytes) -> str:
    """A payload as text; what is no UTF-8 in it is marked."""
    return payload.decode("utf-8-sig", "replace")


def require_few(count: int) -> None:
    """Raise PayloadError when there are more records than are taken at once."""
    if count > MAX_RECORDS:
        message = f"it has more than {MAX_RECORDS} records"
        raise PayloadError(message)


def known_values(record: Mapping[str, Value]) -> Record:
    """The values that there are."""
    return {name: value for name, value in record.items() if value is not None and value != ""}


def _as_json(found: object) -> Value:
    try:
        return clean_text(orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS).decode())
    except orjson.JSONEncodeError:  # nested deeper than can be written
        return None
