"""Texts that people write, and what they may hold. Pure."""

from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

LINE: Final = r"^[^\x00-\x1f\x7f]*$"
"""No control characters: it stays one line in lists, subjects of mails and logs."""

TEXT: Final = r"^[^\x00]*$"
"""Any but the one character that the database's texts can't hold."""


def check_visible(text: str) -> str:
    """The text itself. Raises ValueError when nobody could see it."""
    if not any(character.isprintable() and not character.isspace() for character in text):
        message = "must have a character that can be seen"
        raise ValueError(message)
    return text


Title = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True, pattern=LINE),
    AfterValidator(check_visible),
]
"""What people call something."""

Description = Annotated[str, StringConstraints(max_length=1000, pattern=TEXT)]
"""What people write about something, in as many lines as they like, or nothing."""
