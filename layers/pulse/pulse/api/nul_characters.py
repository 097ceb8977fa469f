"""The one character that the database's texts can't hold, wherever in a body it is."""

from collections import deque
from collections.abc import Iterator

_NUL = "\x00"


def places_with_nul(document: object) -> list[str]:
    """Where texts of a JSON document have it, such as `config.headers.X-Team`; a name that has it is its object's."""
    return list(dict.fromkeys(".".join(place) or "body" for place in _places(document)))


def _places(document: object) -> Iterator[tuple[str, ...]]:
    waiting: deque[tuple[object, tuple[str, ...]]] = deque([(document, ())])
    while waiting:
        value, place = waiting.popleft()
        match value:
            case str() if _NUL in value:
                yield place
            case dict():
                if any(_NUL in name for name in value):
                    yield place
                waiting.extend((inner, (*place, name)) for name, inner in value.items() if _NUL not in name)
            case list():
                waiting.extend((inner, (*place, str(number))) for number, inner in enumerate(value))
