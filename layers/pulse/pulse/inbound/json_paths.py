"""Paths into JSON: `$.alerts[*].labels.severity`, `$['a name'][0]`. Pure.

Names, positions and `[*]`, and nothing that computes: what a path finds is never more than there is in the document.
`$` is the record, `^` the whole document around it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator, StringConstraints

EVERY: Final = None
"""The step `[*]`: each element of a list."""
type Step = str | int | None

_STEP: Final = re.compile(r"\.([A-Za-z_@][\w\-]*)|\.([0-9]{1,6})|\[([0-9]{1,6})\]|\['([^'\x00]*)'\]|(\[\*\])")


class Path(NamedTuple):
    """Where a path begins, and the way from there."""

    is_from_document: bool
    steps: tuple[Step, ...]


@lru_cache(maxsize=4000)
def parse_path(text: str) -> Path:
    """The steps of a path. Raises ValueError."""
    way = text[1:] if text.startswith(("$", "^")) else f".{text}"
    steps: list[Step] = []
    position = 0
    while position < len(way):
        found = _STEP.match(way, position)
        if found is None:
            message = f"is no path, such as $.alerts[0].name: {way[position:][:40]!r} can't be read"
            raise ValueError(message)
        name, dotted, index, quoted, every = found.groups()
        if every:
            steps.append(EVERY)
        elif dotted or index:
            steps.append(int(dotted or index))
        else:
            steps.append(quoted if name is None else name)
        position = found.end()
    return Path(text.startswith("^"), tuple(steps))


def check_path(text: str) -> str:
    """The path itself. Raises ValueError for what is none."""
    parse_path(text)
    return text


def check_path_to_one(text: str) -> str:
    """The same of a path that leads to one value. Raises ValueError."""
    if EVERY in parse_path(text).steps:
        message = "must lead to one value, so [*] can't stand in it"
        raise ValueError(message)
    return text


_TEXT = StringConstraints(min_length=1, max_length=500)
JsonPath = Annotated[str, _TEXT, AfterValidator(check_path)]
"""A path that may lead to many values."""

JsonPathToOne = Annotated[str, _TEXT, AfterValidator(check_path_to_one)]
"""A path that leads to one value."""


def find_every(text: str, document: Any) -> Iterator[Any]:
    """What is at the end of a path through the document; nothing where it leads nowhere."""
    found = [document]
    for step in parse_path(text).steps:
        if step is EVERY:
            found = [element for value in found if isinstance(value, list) for element in value]
        else:
            found = [value[step] for value in found if _has(value, step)]
    yield from found


def find_one(text: str, record: Any, document: Any) -> Any:
    """The value at the end of a path, or None."""
    path = parse_path(text)
    value = document if path.is_from_document else record
    for step in path.steps:
        if step is EVERY or not _has(value, step):
            return None
        value = value[step]
    return value


def _has(value: Any, step: str | int) -> bool:
    match value:
        case dict():
            return step in value
        case list():
            return isinstance(step, int) and step < len(value)
        case _:
            return False
