"""Texts with fields in braces: `{if_name} is down`. Pure. Names and nothing else: no expressions, no formats."""

import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import StringConstraints

from pulse.inbound.record import Value, text_of

_FIELD: Final = re.compile(r"\{([a-z][a-z0-9_]{0,63})\}")
_UNKNOWN: Final = "unknown"

TitleTemplate = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
DescriptionTemplate = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


def fields_in(template: str) -> list[str]:
    """The fields that a text names."""
    return _FIELD.findall(template)


def render(template: str, record: Mapping[str, Value], *, longest: int) -> str:
    """The text with every field filled in, in one pass, and cut where it is too long; what is not there is unknown."""
    text = _FIELD.sub(lambda found: text_of(record.get(found.group(1))) or _UNKNOWN, template)
    return text if len(text) <= longest else text[: longest - 1] + "…"
