"""A batch that could not be written goes back to its queue, to be handed out again soon.

Left alone it would come back when the queue's visibility timeout is over, minutes later, by when devices look silent.
So each message is told when to come: soon the first time, then later and later, while the database is away.
"""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Final, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.logging import logger
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

FIRST_DELAY_SECONDS: Final = 5
LONGEST_DELAY_SECONDS: Final = 160
_MESSAGES_PER_CALL: Final = 10  # SQS's own limit
_CALLS_AT_ONCE: Final = 8
_CONFIG: Final = Config(
    connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2}, max_pool_connections=_CALLS_AT_ONCE
)


class Receipt(NamedTuple):
    """What the queue knows a message by that it has handed out, and how often it has."""

    handle: str
    receive_count: int


def delay_seconds(receive_count: int) -> int:
    """How long a message waits after so many failures: 5, 10, 20, 40, 80, 160, 160… seconds."""
    return min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS << min(receive_count - 1, 10))


def hand_back(receipts: Sequence[Receipt]) -> int:
    """Tell the queue when to hand the messages out again; return for how many that failed.

    Those its visibility timeout brings back.
    """
    calls = list(batched(receipts, _MESSAGES_PER_CALL, strict=False))
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        in_vain = sum(pool.map(_change_visibility, calls))
    logger.warning("batch_handed_back", messages=len(receipts), in_vain=in_vain)
    return in_vain


def _change_visibility(receipts: Sequence[Receipt]) -> int:
    """Tell the queue of a few messages; return for how many that failed."""
    queue = str(settings().require("telemetry_queue_url").telemetry_queue_url)
    try:
        answer = _client().change_message_visibility_batch(
            QueueUrl=queue,
            Entries=[
                {
                    "Id": str(number),
                    "ReceiptHandle": receipt.handle,
                    # Spread, so that what failed together does not come back all at once.
                    "VisibilityTimeout": round(delay_seconds(receipt.receive_count) * random.uniform(0.8, 1.2)),  # noqa: S311
                }
                for number, receipt in enumerate(receipts)
            ],
        )
    except (BotoCoreError, ClientError):
        return len(receipts)
    return len(answer.get("Failed", []))


@cache
def _client() -> "SQSClient":
    return boto3.client("sqs", config=_CONFIG)
