"""ETags: the version of an editable thing on its way to a client and back."""

import re
from typing import Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Header
from pydantic import BeforeValidator

# Weak ones are taken as well: a content delivery network weakens the ETag of what it compresses.
_ETAG: Final = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')
_VERSION: Final = re.compile(r"[1-9][0-9]{0,9}")
NEVER: Final = 0
"""An expectation that no version meets: versions count from 1."""


def etag_of(version: int) -> str:
    """The header's value for a version."""
    return f'"{version}"'


def expected_version(if_match: object) -> object:
    """The version that an `If-Match` expects, None for `*` and for no header.

    An ETag that is not one of ours can't match (NEVER). Raises ValueError for what is no ETag.
    """
    if not isinstance(if_match, str) or if_match.strip() == "*":
        return None
    etag = _ETAG.fullmatch(if_match.strip())
    if etag is None:
        message = 'must be one ETag as it was answered, such as "7", or *'
        raise ValueError(message)
    version = _VERSION.fullmatch(etag.group(1))
    return int(version.group()) if version else NEVER


IfMatch = Annotated[
    int | None,
    BeforeValidator(expected_version, json_schema_input_type=str | None),
    Header(
        alias="If-Match",
        description="ETag of the version that the change is meant for; 412 when it is no longer the current one",
    ),
]
"""The version a change is meant for, for `pulse.versions.require_match`. The route's parameter defaults to None."""
