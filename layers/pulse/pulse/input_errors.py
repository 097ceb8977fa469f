"""What is wrong with an input, in the words of the one who sent it: where it stands there, and why it is refused."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from pulse.errors import FieldError
from pulse.texts import LINE, TEXT

_QUOTED: Final = re.compile(r"'([^']*)'")
_WHOLE: Final = "must be a whole number"
_INSTANT: Final = "must be an instant such as 2026-01-01T12:00:00Z"
_TIME_OF_DAY: Final = "must be a time of day such as 09:00"
_DATE: Final = "must be a date such as 2026-01-01"
_ID: Final = "must be an id such as 5b0c3d52-7d6b-4c6e-8f0e-2f4c1b7a9e10"
_OBJECT: Final = "must be an object"
# By the validator's names of what can be wrong: https://docs.pydantic.dev/latest/errors/validation_errors/
_WORDS: Final = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "date_from_datetime_parsing": _DATE,
    "date_parsing": _DATE,
    "date_type": _DATE,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_type": _INSTANT,
    "decimal_max_digits": "must have at most {max_digits} digits",
    "decimal_max_places": "must have at most {decimal_places} decimal places",
    "decimal_parsing": "must be a number",
    "decimal_type": "must be a number",
    "decimal_whole_digits": "must have at most {whole_digits} digits before the point",
    "dict_type": _OBJECT,
    "finite_number": "must be a finite number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "must be a whole number of at most 64 bits",
    "int_type": _WHOLE,
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "model_attributes_type": _OBJECT,
    "multiple_of": "must be a multiple of {multiple_of}",
    "model_type": _OBJECT,
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "string_type": "must be a text",
    "time_parsing": _TIME_OF_DAY,
    "time_type": _TIME_OF_DAY,
    "timezone_aware": "must be an instant with its time zone, such as 2026-01-01T12:00:00Z",
    "too_long": "must have at most {max_length} entries",
    "too_short": "must have at least {min_length} entries",
    "uuid_parsing": _ID,
    "uuid_type": _ID,
}
_words_of_patterns: dict[str, str] = {
    TEXT: "must have no NUL characters",
    LINE: "must have no control characters",
}


def field_errors(error: ValidationError, document: object) -> tuple[FieldError, ...]:
    """What a model has found wrong with a document."""
    found = [(tuple(place_in(document, entry)), entry) for entry in error.errors(include_url=False)]
    places = {place for place, _ in found}
    return tuple(
        FieldError(".".join(place), reason_of(entry))
        for place, entry in found
        # A list is called too short by its wrong items, which are named themselves.
        if entry["type"] != "too_short" or not any(other[: len(place)] == place != other for other in places)
    )


def place_in(document: object, entry: Mapping[str, Any]) -> list[str]:
    """The path of what is wrong: names and positions as the document has them.

    The validator's own path also names the branch of a union that it took, which a sender has never heard of.
    """
    *way, last = entry["loc"] or ("",)
    place, value = [], document
    for part in (*way, last):
        if (isinstance(value, Mapping) and part in value) or (isinstance(value, list) and isinstance(part, int)):
            place.append(str(part))
            value = value[part]
    if entry["type"] == "missing":
        place.append(str(last))
    if entry["type"] in ("union_tag_invalid", "union_tag_not_found"):
        place.append(_discriminator(entry))
    return place


def reason_of(entry: Mapping[str, Any]) -> str:
    """Why a value is refused."""
    match entry["type"]:
        case "value_error":
            return str(entry["ctx"]["error"])
        case "missing" | "union_tag_not_found":
            return "is required"
        case "union_tag_invalid":
            return f"must be one of {', '.join(_choices(entry))}"
        case "extra_forbidden":
            return "is not a field here"
        case "string_pattern_mismatch":
            pattern = str(entry["ctx"]["pattern"])
            return _words_of_patterns.get(pattern, f"must match the pattern {pattern}")
        case "enum" | "literal_error":
            choices = _QUOTED.findall(str(entry["ctx"]["expected"]))
            return f"must be one of {', '.join(choices)}" if choices else f"must be {entry['ctx']['expected']}"
        case "string_too_short" | "too_short" if entry["ctx"]["min_length"] == 1:
            return "must not be empty"
        case kind if kind in _WORDS:
            return _WORDS[kind].format_map({name: _plain(value) for name, value in entry.get("ctx", {}).items()})
        case _:
            return str(entry["msg"])


def _plain(value: object) -> object:
    """A bound of numbers as one writes it: 90, not 90.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def in_words(pattern: str, words: str) -> str:
    """The pattern, of which `reason_of` says from now on what a text must be that does not match it."""
    _words_of_patterns[pattern] = words
    return pattern


def _discriminator(entry: Mapping[str, Any]) -> str:
    return str(entry["ctx"]["discriminator"]).strip("'")


def _choices(entry: Mapping[str, Any]) -> Sequence[str]:
    """The tags of a union; those of an enum are written as Python writes them."""
    return _QUOTED.findall(entry["ctx"]["expected_tags"])
