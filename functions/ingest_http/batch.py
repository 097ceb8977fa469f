"""A batch of messages in one body."""

from typing import Annotated, Any, Final

import orjson
from pydantic import Field, ValidationError

from pulse.models import Model
from pulse.telemetry.door import Submission
from pulse.telemetry.message import MessageType

MAX_MESSAGES: Final = 100
# What surrounds a payload in a batch: whose it is, and JSON's own characters.
BYTES_AROUND_A_MESSAGE: Final = 1024
_ADDRESSING: Final = ("tenant_id", "device_id", "msg_type", "provision_token")


class BatchUnreadableError(Exception):
    """The body is no batch; the message says where."""


class BatchSizeError(Exception):
    """A batch is empty, or longer than MAX_MESSAGES."""


class _Item(Model):
    """How a message of a batch is addressed; the rest of its object is its payload."""

    tenant_id: str | None = None
    device_id: str | None = None
    msg_type: MessageType = MessageType.TELEMETRY
    provision_token: str | None = None


class _Batch(Model):
    messages: Annotated[list[dict[str, Any]], Field()]


def read_batch(body: bytes, token: str | None) -> list[Submission]:
    """The messages of a batch; `token` is for those that bring none of their own.

    Raises BatchUnreadableError, BatchSizeError.
    """
    try:
        messages = _Batch.model_validate(orjson.loads(body)).messages
        items = [_Item.model_validate(message) for message in messages]
    except orjson.JSONDecodeError as error:
        message = f"the body is not JSON: {error}"
        raise BatchUnreadableError(message) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        message = f"{place}: {first['msg']}"
        raise BatchUnreadableError(message) from error
    if not 1 <= len(items) <= MAX_MESSAGES:
        raise BatchSizeError
    return [
        Submission(
            token=item.provision_token or token,
            msg_type=item.msg_type,
            payload=orjson.dumps({name: value for name, value in message.items() if name not in _ADDRESSING}),
            tenant_id=item.tenant_id,
            device_id=item.device_id,
        )
        for item, message in zip(items, messages, strict=True)
    ]
