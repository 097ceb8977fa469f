"""Grok: regular expressions of named parts, `%{IP:address} %{GREEDYDATA:message}`. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from pulse.inbound.names import PlainText
from pulse.inbound.parsers.named_groups import check_groups
from pulse.inbound.parsers.regular_expression import Unit, read_matches
from pulse.inbound.patterns import MAX_PATTERN, check_pattern, named_groups
from pulse.inbound.record import Record
from pulse.models import Input

_MAX_EXPANDED: Final = 10_000
_MAX_DEPTH: Final = 10
_REFERENCE: Final = re.compile(r"%\{([A-Z][A-Z0-9_]*)(?::([a-z][a-z0-9_]*))?\}")
_KNOWN: Final = {
    "INT": r"[+-]?[0-9]+",
    "NUMBER": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "WORD": r"\w+",
    "NOTSPACE": r"\S+",
    "SPACE": r"\s*",
    "DATA": r".*?",
    "GREEDYDATA": r".*",
    "QUOTED": r'"(?:[^"\\]|\\.)*"',
    "OCTET": r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])",
    "IPV4": r"%{OCTET}(?:\.%{OCTET}){3}",
    "IPV6": r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}",
    "IP": r"(?:%{IPV4}|%{IPV6})",
    "MAC": r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}",
    "HOSTNAME": r"[0-9A-Za-z](?:[0-9A-Za-z\-_]*[0-9A-Za-z])?(?:\.[0-9A-Za-z](?:[0-9A-Za-z\-_]*[0-9A-Za-z])?)*",
    "TIME": r"[0-2]?[0-9]:[0-5][0-9]:[0-6][0-9](?:[.,][0-9]+)?",
    "MONTH": r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*",
    "SYSLOGTIMESTAMP": r"%{MONTH} +[0-3]?[0-9] %{TIME}",
    "TIMESTAMP_ISO8601": r"[0-9]{4}-[01][0-9]-[0-3][0-9][T ]%{TIME}(?:Z|[+-][0-2][0-9]:?[0-5][0-9])?",
}

GrokText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PATTERN, pattern=r"^[^\x00]*$")]
PartName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]


class GrokParser(Input):
    """Reads text by the first of some patterns that matches; what none matches is no record."""

    type: Literal["grok"]
    patterns: list[GrokText] = Field(min_length=1, max_length=20)
    parts: dict[PartName, PlainText] = Field(
        {}, max_length=50, description=f"Parts of one's own, beside {', '.join(_KNOWN)}"
    )
    per: Unit = "line"

    @model_validator(mode="after")
    def _can_be_expanded(self) -> "GrokParser":
        for pattern in self.patterns:
            check_groups(check_pattern(expand(pattern, _frozen(self.parts))))
        return self

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return frozenset(name for pattern in self._expanded() for name in named_groups(pattern))

    def read(self, payload: bytes) -> list[Record]:
        """The records of a payload. Raises PayloadError."""
        return read_matches(self._expanded(), payload, self.per)

    def _expanded(self) -> list[str]:
        parts = _frozen(self.parts)
        return [expand(pattern, parts) for pattern in self.patterns]


@lru_cache(maxsize=1000)
def expand(pattern: str, parts: tuple[tuple[str, str], ...] = ()) -> str:
    """The regular expression that a pattern is. Raises ValueError for an unknown part, or one that contains itself."""
    known = {**_KNOWN, **dict(parts)}
    for _ in range(_MAX_DEPTH):
        if not _REFERENCE.search(pattern):
            return pattern
        pattern = _REFERENCE.sub(lambda found: _part(found, known), pattern)
        if len(pattern) > _MAX_EXPANDED:
            break
    message = f"is nested deeper than {_MAX_DEPTH} parts, or becomes longer than {_MAX_EXPANDED} characters"
    raise ValueError(message)


def _part(found: re.Match[str], known: Mapping[str, str]) -> str:
    name, field = found.groups()
    if name not in known:
        message = f"names the part {name}, which is not known; there are {', '.join(sorted(known))}"
        raise ValueError(message)
    return f"(?P<{field}>{known[name]})" if field else f"(?:{known[name]})"


def _frozen(parts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(parts.items()))
