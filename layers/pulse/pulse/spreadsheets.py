"""What a spreadsheet makes of a cell. Pure."""

from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Text of a cell; what a spreadsheet would compute is made text by an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
