"""What is wrong with an input, in the words of the one who sent it: where it stands there, and why it is refused."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from pulse.errors import FieldError


def field_errors(error: ValidationError, document: object) -> tuple[FieldError, ...]:
    """What a model has found wrong with a document."""
    found = error.errors(include_url=False)
    return tuple(FieldError(".".join(place_in(document, entry)), reason_of(entry)) for entry in found)


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
        case _:
            return str(entry["msg"])


def _discriminator(entry: Mapping[str, Any]) -> str:
    return str(entry["ctx"]["discriminator"]).strip("'")


def _choices(entry: Mapping[str, Any]) -> Sequence[str]:
    """The tags of a union; those of an enum are written as Python writes them."""
    return re.findall(r"'([^']*)'", entry["ctx"]["expected_tags"])
