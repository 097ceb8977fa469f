"""Names that only one thing of a kind may have: the database says so, and this says it to people."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from pulse.errors import ConflictError, FieldError


@contextmanager
def unique_name(kind: str, name: str) -> Iterator[None]:
    """Around a transaction that enters or renames something. Raises ConflictError when another one has the name.

    `kind` is with its article: `an on-call schedule`.
    """
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        raise name_taken(kind, name) from error


def name_taken(kind: str, name: str) -> ConflictError:
    """The refusal of a name, for those who find out without the database."""
    _, noun = kind.split(" ", 1)
    return ConflictError(
        f"there is {kind} named {name} already; choose another name",
        errors=(FieldError("name", f"is the name of another {noun}"),),
    )
