"""Names that an object of a JSON text gives more than once. Parsers keep the last; what was meant, nobody knows."""

import json
from collections import deque
from collections.abc import Iterator


class _Members(list[tuple[str, object]]):
    """An object as it is written: its names with their values, in order, repeated ones as well."""


def repeated_names(text: str) -> list[str]:
    """Where names stand for a second time, such as `layers.0.name`. Raises ValueError for what is no JSON."""
    has_repeated = False

    def keep(members: list[tuple[str, object]]) -> _Members:
        nonlocal has_repeated
        has_repeated = has_repeated or len(dict(members)) != len(members)
        return _Members(members)

    # Numbers mean nothing here, and Python refuses to read the longest.
    document = json.loads(text, object_pairs_hook=keep, parse_int=str, parse_float=str)
    return list(dict.fromkeys(_places(document))) if has_repeated else []


def _places(document: object) -> Iterator[str]:
    waiting: deque[tuple[object, tuple[str, ...]]] = deque([(document, ())])
    while waiting:
        value, way = waiting.popleft()
        if isinstance(value, _Members):
            known: set[str] = set()
            for name, inner in value:
                if name in known:
                    yield ".".join((*way, name))
                known.add(name)
                waiting.append((inner, (*way, name)))
        elif isinstance(value, list):
            waiting.extend((inner, (*way, str(number))) for number, inner in enumerate(value))
