"""The inbound queue."""

from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.errors import UnavailableError
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_CONFIG: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3})


def enqueue(body: str, *, delay_seconds: int = 0) -> None:
    """Put a message on the queue; when this returns, it will not be lost. Raises UnavailableError."""
    queue = str(settings().require("inbound_queue_url").inbound_queue_url)
    try:
        _client().send_message(QueueUrl=queue, MessageBody=body, DelaySeconds=delay_seconds)
    except (BotoCoreError, ClientError) as error:
        message = "the message could not be queued; send it again"
        raise UnavailableError(message) from error


@cache
def _client() -> "SQSClient":
    return boto3.client("sqs", config=_CONFIG)
