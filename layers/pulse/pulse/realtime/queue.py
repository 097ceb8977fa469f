"""The realtime queue: the bus puts its events on it, ingest the values of devices that somebody looks at, the API what
has been changed.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

import boto3
import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.logging import logger
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_MESSAGES_PER_CALL: Final = 10  # SQS's own limit
# A second attempt: what is not taken may have been a device's last word for a long time.
_CONFIG: Final = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})


def offer(event_type: str, details: Sequence[Mapping[str, Any]], *, delay_seconds: int = 0) -> None:
    """Put happenings on the queue. One that it does not take is left out: the next one says more."""
    queue = str(settings().require("realtime_queue_url").realtime_queue_url)
    for batch in batched(details, _MESSAGES_PER_CALL, strict=False):
        try:
            answer = _client().send_message_batch(
                QueueUrl=queue,
                Entries=[
                    {"Id": str(number), "MessageBody": _body(event_type, detail), "DelaySeconds": delay_seconds}
                    for number, detail in enumerate(batch)
                ],
            )
        except (BotoCoreError, ClientError) as error:
            logger.warning("not_queued_for_realtime", messages=len(details), reason=str(error))
            return
        for entry in answer.get("Failed", []):
            logger.warning("not_queued_for_realtime", messages=1, reason=entry["Code"])


def _body(event_type: str, detail: Mapping[str, Any]) -> str:
    """In the form in which the bus writes its own."""
    return orjson.dumps({"detail-type": event_type, "detail": detail}).decode()


@cache
def _client() -> "SQSClient":
    return boto3.client("sqs", config=_CONFIG)
