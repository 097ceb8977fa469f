"""Versions of what people edit: a change made on the ground of an outdated reading is refused, not written over.

A table of editable things has `version integer NOT NULL DEFAULT 1`, which each change counts up. What a route answers
with extends `Versioned`, and the frame sends its version as the ETag. A route that changes the thing takes
`if_match: IfMatch = None` (`pulse.api.etags`) and hands it to its verb, which compares it under a row lock:

    row = connection.execute("SELECT … FROM labels WHERE … FOR UPDATE", …).fetchone()
    require_match(if_match, row["version"])
    connection.execute("UPDATE labels SET …, version = version + 1 WHERE …", …)
"""

from pydantic import Field

from pulse.errors import StaleVersionError
from pulse.models import Model


class Versioned(Model):
    """Something that people edit."""

    version: int = Field(ge=1, description="Counts the changes; the ETag to send as `If-Match` with the next one")


def require_match(expected: int | None, current: int) -> None:
    """Raise StaleVersionError unless the caller has read the current version, or does not mind (None)."""
    if expected is not None and expected != current:
        raise StaleVersionError
