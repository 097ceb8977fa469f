"""Regular expressions of customers, matched in linear time: no expression and no text makes a search slow. Pure.

RE2 (https://github.com/google/re2/wiki/Syntax) has neither look-around nor back references, and bounds its own memory.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Final

import re2
from pydantic import AfterValidator, StringConstraints

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PATTERN: Final = 2000
_MEMORY: Final = 1 << 20
_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = _MEMORY


@lru_cache(maxsize=2000)
def _compile(pattern: str) -> "re2._Regexp":
    return re2.compile(pattern, _OPTIONS)


def check_pattern(pattern: str) -> str:
    """The pattern itself. Raises ValueError for what is none, or would take too much memory."""
    try:
        _compile(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        message = f"is not a regular expression that RE2 knows: {text}"
        raise ValueError(message) from error
    return pattern


Pattern = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_PATTERN, pattern=r"^[^\x00]*$"), AfterValidator(check_pattern)
]
"""A regular expression."""


def named_groups(pattern: str) -> frozenset[str]:
    """The names of a pattern's groups."""
    return frozenset(_compile(pattern).groupindex)


def search_groups(pattern: str, text: str) -> "Mapping[str, str | None] | None":
    """The named groups of the first place that matches, or None when none does."""
    found = _compile(pattern).search(text)
    return None if found is None else found.groupdict()


def search_first(pattern: str, text: str) -> str | None:
    """The first group of the first place that matches, or all of it when there is no group; None without a match."""
    found = _compile(pattern).search(text)
    if found is None:
        return None
    return str(found.group(1) or "") if found.re.groups else str(found.group(0))


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return _compile(pattern).search(text) is not None
