"""What lists are asked with: a text to look for, a time to start and end at, an order."""

from enum import StrEnum
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import StringConstraints

from pulse.api.types import Instant, Name, SearchText


class Order(StrEnum):
    """Direction of a sort."""

    ASCENDING = "asc"
    DESCENDING = "desc"


OrderChoice = Annotated[Order, Query(description="Direction of `sort`")]
"""The route's parameter is named `order`, beside a `sort` with the columns to choose from."""

NameFilter = Annotated[Name | None, Query(description="Exactly this one")]
"""Narrows a list to what belongs to something; a name that nothing has leaves the list empty."""

Search = Annotated[SearchText | None, Query(description="Part of an id, name or summary, in any case")]
"""The route's parameter is named `q`."""

TagText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=265, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}(=[^\x00-\x1f;]*)?$"),
]
TagFilter = Annotated[
    list[TagText] | None,
    Query(max_length=20, description="`key=value`, or `key` for any value; a device must have all of them"),
]
"""The route's parameter is named `tag`."""


def tags_of(texts: list[str] | None) -> dict[str, str | None]:
    """What a TagFilter asks for: keys with their values, None for any."""
    parted = (text.partition("=") for text in texts or [])
    return {key: value if separator else None for key, separator, value in parted}


Start = Annotated[Instant | None, Query(description="Nothing before this time")]
End = Annotated[Instant | None, Query(description="Nothing at or after this time")]
"""Half-open: `end` of one request may be `start` of the next, and nothing is listed twice."""
