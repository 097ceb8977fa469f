"""An e-mail address, wherever somebody names one. Pure."""

import re
from email.errors import MessageError
from email.headerregistry import Address
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

_FORM: Final = r"^[^@\s\x00]{1,64}@[^@\s\x00]+\.[^@\s\x00]+$"


def _require_address(email: str) -> str:
    try:
        if re.match(_FORM, email) is None:
            raise ValueError
        Address(addr_spec=email)
    # The parser knows these for what is no address, and trips over others: `a@[x.y` is an AttributeError.
    except (MessageError, ValueError, AttributeError, LookupError) as error:
        message = "must be an email address"
        raise ValueError(message) from error
    return email


EmailAddress = Annotated[
    str,
    StringConstraints(max_length=254, to_lower=True),
    AfterValidator(_require_address),
    Field(json_schema_extra={"pattern": _FORM}),
]
"""An address that a mail can name, in lower case: people and mail servers tell nobody apart by it."""
