"""A batch of messages in one body."""

from typing import Final

import orjson
from pydantic import ValidationError

from pulse.input_errors import reason_of
from pulse.models import Model
from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.door import Submission
from pulse.telemetry.message import MessageType

MAX_MESSAGES: Final = 100
# What surrounds a payload in a batch: whose it is, and JSON's own characters.
BYTES_AROUND_A_MESSAGE: Final = 1024
_ADDRESSING: Final = ("tenant_id", "device_id", "msg_type", "provision_token")


class BatchUnreadableError(Exception):
    """The body is no batch; the message says why."""


class BatchSizeError(Exception):
    """A batch is empty, or longer than MAX_MESSAGES."""


class _Item(Model):
    """How a message of a batch is addressed; the rest of its object is its payload."""

    tenant_id: str | None = None
    device_id: str | None = None
    msg_type: MessageType = MessageType.TELEMETRY
    provision_token: str | None = None


def read_batch(body: bytes, token: str | None) -> list[Submission | Refusal]:
    """The messages of a batch, each by itself: what is none is refused in its place, and its neighbours are not.

    `token` is for those that bring none of their own. Raises BatchUnreadableError, BatchSizeError.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = f"the body is not JSON: {error}"
        raise BatchUnreadableError(message) from error
    messages = document.get("messages") if isinstance(document, dict) else None
    if not isinstance(messages, list):
        message = 'the body must be an object with a list: {"messages": […]}'
        raise BatchUnreadableError(message)
    if not 1 <= len(messages) <= MAX_MESSAGES:
        raise BatchSizeError
    return [_read_message(message, token) for message in messages]


def _read_message(message: object, token: str | None) -> Submission | Refusal:
    if not isinstance(message, dict):
        return Refusal(Reason.INVALID_JSON, "the message must be a JSON object")
    try:
        item = _Item.model_validate(message)
    except ValidationError as error:
        first = error.errors()[0]
        return Refusal(Reason.INVALID_JSON, f"{first['loc'][0]}: {reason_of(first)}")
    return Submission(
        token=item.provision_token or token,
        msg_type=item.msg_type,
        payload=orjson.dumps({name: value for name, value in message.items() if name not in _ADDRESSING}),
        tenant_id=item.tenant_id,
        device_id=item.device_id,
    )
