"""Text by a regular expression, whose named groups are the fields. Pure."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pulse.inbound.parsers.named_groups import check_groups
from pulse.inbound.patterns import Pattern, named_groups, search_groups
from pulse.inbound.record import Record, as_value, require_few, text_of_payload
from pulse.models import Input

Unit = Literal["line", "payload"]
"""What is matched: each line for itself, or all of it at once."""


class RegexParser(Input):
    """Reads text with named groups; what does not match is no record."""

    type: Literal["regex"]
    pattern: Annotated[Pattern, AfterValidator(check_groups)] = Field(
        description="In RE2's syntax; each named group is a field"
    )
    per: Unit = "line"

    @property
    def field_names(self) -> frozenset[str]:
        """The fields that records may have."""
        return named_groups(self.pattern)

    def read(self, payload: bytes) -> list[Record]:
        """The records of a payload."""
        return read_matches([self.pattern], payload, self.per)


def read_matches(patterns: list[str], payload: bytes, per: Unit) -> list[Record]:
    """A record for each line, or for all of a payload, by the first pattern that matches it. Raises PayloadError."""
    text = text_of_payload(payload)
    records: list[Record] = []
    for line in text.splitlines() if per == "line" else [text]:
        for pattern in patterns:
            groups = search_groups(pattern, line)
            if groups is not None:
                records.append({name: as_value(value) for name, value in groups.items()})
                require_few(len(records))
                break
    return records
