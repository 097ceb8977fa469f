"""What a client may say over its connection. Pure."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from pulse.errors import FieldError, InvalidInputError
from pulse.input_errors import reason_of
from pulse.models import Input
from pulse.realtime.channels import CHANGE_CHANNELS

MAXIMUM_CHANNELS = 100
"""Most channels that one connection follows."""

# A device id is of the same alphabet as in the registry.
_OF_DEVICE = r"device:[A-Za-z0-9][A-Za-z0-9_.-]{0,62}"
_CHANNEL = rf"^({'|'.join(('alerts', 'fleet', *CHANGE_CHANNELS, _OF_DEVICE))})$"
type ChannelName = Annotated[str, StringConstraints(pattern=_CHANNEL)]


class Subscribe(Input):
    """Follow channels, beside those that are followed already."""

    action: Literal["subscribe"]
    channels: list[ChannelName] = Field(min_length=1, max_length=MAXIMUM_CHANNELS)


class Unsubscribe(Input):
    """Follow channels no longer."""

    action: Literal["unsubscribe"]
    channels: list[ChannelName] = Field(min_length=1, max_length=MAXIMUM_CHANNELS)


class Ping(Input):
    """Keep the connection alive, which API Gateway ends after 10 silent minutes."""

    action: Literal["ping"]


type Request = Subscribe | Unsubscribe | Ping

_REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Subscribe | Unsubscribe | Ping, Field(discriminator="action")])


def read_request(text: str) -> Request:
    """The request in a client's message. Raises InvalidInputError, naming the fields."""
    try:
        return _REQUEST.validate_json(text)
    except ValidationError as error:
        errors = tuple(
            FieldError(".".join(str(part) for part in problem["loc"][1:]) or "action", reason_of(problem))
            for problem in error.errors(include_url=False)
        )
        message = "the message is not understood"
        raise InvalidInputError(message, errors=errors) from error
