"""A name that another thing of the kind has is refused in words, by its field."""

import psycopg
import pytest

from pulse.database.names import unique_name
from pulse.errors import ConflictError, FieldError


def test_a_taken_name_is_a_conflict_that_names_its_field() -> None:
    with pytest.raises(ConflictError) as caught, unique_name("an on-call schedule", "Nights"):
        raise psycopg.errors.UniqueViolation
    assert str(caught.value) == "there is an on-call schedule named Nights already; choose another name"
    assert caught.value.errors == (FieldError("name", "is the name of another on-call schedule"),)


def test_whatever_else_goes_wrong_goes_on() -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation), unique_name("a channel", "NOC"):
        raise psycopg.errors.ForeignKeyViolation
