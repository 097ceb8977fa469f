"""What comes in is of a form that the rest can work with."""

import pytest
from pydantic import TypeAdapter, ValidationError

from pulse.api.types import Email

EMAIL: TypeAdapter[str] = TypeAdapter(Email)


@pytest.mark.parametrize("address", ["ops@acme.example", "o'brien+night@acme.example", "a.b-c@xn--exmple-cua.example"])
def test_an_address_that_a_mail_can_name_is_taken_as_it_is(address: str) -> None:
    assert EMAIL.validate_python(address) == address


@pytest.mark.parametrize(
    "address", ["a@[x.y", "a@x..y", "a@x.y.", "a..b@x.y", "a,b@x.y", "a@x.y,b", "<a@x.y", 'a"b@x.y', "a(b@x.y"]
)
def test_an_address_that_a_mail_cannot_name_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="must be an email address"):
        EMAIL.validate_python(address)
