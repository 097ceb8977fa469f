"""Bodies that API Gateway has read as text although they are none."""

from typing import Final

_REPLACEMENT: Final = "\ufffd"
"""What API Gateway puts in the place of bytes that are not UTF-8, before anybody can refuse them.

Who means this very character writes it as JSON's escape.
"""


def spoilt_at(text: str) -> str | None:
    """Where the first character stands that was none, as editors count; None where the text is whole."""
    place = text.find(_REPLACEMENT)
    if place < 0:
        return None
    before = text[:place]
    return f"line {before.count('\n') + 1}, column {len(before) - before.rfind('\n')}"


def reason_of_spoilt(place: str) -> str:
    """What is wrong with a body that is spoilt there."""
    return f"has a character that stands for what is not UTF-8 text, at {place}"
