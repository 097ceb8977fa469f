"""Texts with fields in braces: `{if_name} is down[[ for {seconds} s]]`. Pure.

Names and nothing else: no expressions, no formats. What people read must not speak of what a sender has left out:
a part in double brackets is there only with all of its fields, and a line only with one of its fields.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from pulse.inbound.record import Value, text_of

_FIELD: Final = re.compile(r"\{([a-z][a-z0-9_]{0,63})\}")
_OPTIONAL: Final = re.compile(r"\[\[(.*?)\]\]")
_UNKNOWN: Final = "unknown"


def _require_a_word(title: str) -> str:
    if not _OPTIONAL.sub("", title).strip():
        message = "must say something outside of [[ ]], which may be left out"
        raise ValueError(message)
    return title


TitleTemplate = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*$"),
    AfterValidator(_require_a_word),
]
DescriptionTemplate = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


def fields_in(template: str) -> list[str]:
    """The fields that a text names."""
    return _FIELD.findall(template)


def render(template: str, record: Mapping[str, Value], *, longest: int) -> str:
    """The text with every field filled in, in one pass, and cut where it is too long.

    A field that is not there is `unknown`, unless its part or its line is left out for it.
    """
    values = {name: text_of(record.get(name)) for name in fields_in(template)}
    known = {name for name, value in values.items() if value}

    def keep(part: re.Match[str]) -> str:
        return part.group(1) if known.issuperset(fields_in(part.group(1))) else ""

    lines = [_OPTIONAL.sub(keep, line) for line in template.split("\n") if _has_a_say(line, known)]
    text = _FIELD.sub(lambda found: values[found.group(1)] or _UNKNOWN, "\n".join(lines)).strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _has_a_say(line: str, known: set[str]) -> bool:
    """Whether it names no field, or one that is there."""
    named = fields_in(line)
    return not named or not known.isdisjoint(named)
