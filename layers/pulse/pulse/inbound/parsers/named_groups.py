"""What a pattern's groups have to be, for them to be fields. Pure."""

import re
from typing import Final

from pulse.inbound.names import CONTEXT_FIELDS, MAX_FIELDS
from pulse.inbound.patterns import named_groups

_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


def check_groups(pattern: str) -> str:
    """The pattern itself. Raises ValueError unless its named groups can be fields."""
    names = named_groups(pattern)
    wrong = sorted(name for name in names if not _FIELD.fullmatch(name) or name in CONTEXT_FIELDS)
    if wrong:
        message = f"{', '.join(wrong)} can't be the name of a field"
        raise ValueError(message)
    if not 1 <= len(names) <= MAX_FIELDS:
        message = f"must have 1 to {MAX_FIELDS} named groups, such as (?P<message>.*)"
        raise ValueError(message)
    return pattern
