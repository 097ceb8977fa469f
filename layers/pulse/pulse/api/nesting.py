"""How deep a JSON document is nested."""

from typing import Any


def is_deeper(document: Any, levels: int) -> bool:
    """Whether there are more objects and lists within one another than so many."""
    level = [document]
    for _ in range(levels + 1):
        level = [inner for outer in level for inner in _within(outer)]
        if not level:
            return False
    return True


def _within(value: Any) -> list[Any]:
    """What an object or a list holds; nothing for all else, which is no level of its own."""
    match value:
        case dict():
            return list(value.values()) or [None]
        case list():
            return value or [None]
        case _:
            return []
