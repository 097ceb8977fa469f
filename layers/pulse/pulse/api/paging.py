"""Pages: how long one is, and the cursor that leads to the next."""

from base64 import b64decode, urlsafe_b64encode
from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field, TypeAdapter, ValidationError

from pulse.api.problems import MalformedRequestError
from pulse.errors import FieldError
from pulse.models import WHEN_USED, Model

DEFAULT_LIMIT: Final = 50
_MAXIMUM_CURSOR_LENGTH = 1000
_ESCAPED_NUL = rb"\u0000"  # the one character that the database's texts can't hold

Limit = Annotated[int, Query(ge=1, le=200, description="Entries on a page")]
CursorText = Annotated[
    str | None, Query(max_length=_MAXIMUM_CURSOR_LENGTH, description="`next_cursor` of the page before this one")
]


class Page[T](Model):
    """A page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="Leads to the next page; null on the last one")


class CountedPage[T](Page[T]):
    """A page of a list whose length is known."""

    total: int = Field(description="Entries on all pages together")


class Cursor[K]:
    """Turns the sort key of a page's last entry into text and back. `key_type` is a tuple type."""

    def __init__(self, key_type: type[K]) -> None:
        self._adapter = TypeAdapter(key_type, config=WHEN_USED)

    def encode(self, key: K | None) -> str | None:
        """URL-safe text that means nothing to a client; None stays None."""
        if key is None:
            return None
        return urlsafe_b64encode(self._adapter.dump_json(key)).rstrip(b"=").decode()

    def decode(self, text: str | None) -> K | None:
        """The key in a cursor. Raises MalformedRequestError for anything that is not a cursor of this list."""
        if text is None:
            return None
        try:
            document = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            key = self._adapter.validate_json(document)
        except (ValueError, ValidationError) as error:
            raise bad_cursor() from error
        if _ESCAPED_NUL in document:
            raise bad_cursor()
        return key


def bad_cursor() -> MalformedRequestError:
    """The refusal of a cursor."""
    reason = "is not a cursor of this list; leave it out to start from the first page"
    return MalformedRequestError(f"cursor {reason}", errors=(FieldError("cursor", reason),))
