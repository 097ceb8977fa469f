"""Object identifiers, compared by component: 1.3.6.1.4.1.319 is no prefix of 1.3.6.1.4.1.31926. Pure."""

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

type Components = tuple[int, ...]

MAX_COMPONENTS: Final = 128
ANY: Final = "*"


def parse_oid(text: str) -> Components:
    """The components of an OID in dots, with or without one in front. Raises ValueError."""
    parts = text.strip().removeprefix(".").split(".")
    if len(parts) > MAX_COMPONENTS or not all(part.isascii() and part.isdigit() and len(part) <= 10 for part in parts):
        message = "must be an object identifier, such as 1.3.6.1.6.3.1.1.5.3"
        raise ValueError(message)
    return tuple(int(part) for part in parts)


def format_oid(components: Components) -> str:
    """An OID in dots, without one in front."""
    return ".".join(str(component) for component in components)


def normal_oid(text: str) -> str:
    """The one way to write an OID. Raises ValueError."""
    return format_oid(parse_oid(text))


def normal_prefix(text: str) -> str:
    """The same of what may also be `*`, which is below everything else. Raises ValueError."""
    return ANY if text == ANY else normal_oid(text)


_TEXT = StringConstraints(min_length=1, max_length=1000)
Oid = Annotated[str, _TEXT, AfterValidator(normal_oid)]
"""An object identifier."""

OidPrefix = Annotated[str, _TEXT, AfterValidator(normal_prefix)]
"""What object identifiers begin with, or `*` for all that nothing else is for."""


def longest_prefix(oid: Components, prefixes: Iterable[str]) -> str | None:
    """The longest of the prefixes that the OID lies below or is; `*` when no other does and it is among them."""
    best: str | None = None
    length = -1
    for prefix in prefixes:
        if prefix == ANY:
            components: Components = ()
        else:
            components = parse_oid(prefix)
        if len(components) > length and oid[: len(components)] == components:
            best, length = prefix, len(components)
    return best
