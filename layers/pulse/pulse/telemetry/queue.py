"""The telemetry queue, as those write to it who are no broker."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.logging import logger
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# SQS's own limits for one call.
_MESSAGES_PER_CALL: Final = 10
_BYTES_PER_CALL: Final = 262_144
_ON_THEIR_WAY: Final = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
_CONFIG: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3})


def enqueue(bodies: Sequence[str]) -> set[int]:
    """Put messages on the queue; return the positions of those that it has not taken for sure.

    One of those may be on the queue all the same, if only its answer was lost; when it is sent again, the readings in
    it are recognised.
    """
    queue = str(settings().require("telemetry_queue_url").telemetry_queue_url)
    failed: set[int] = set()
    for positions in _calls(bodies):
        entries = [{"Id": str(position), "MessageBody": bodies[position]} for position in positions]
        try:
            answer = _client().send_message_batch(QueueUrl=queue, Entries=entries)  # type: ignore[arg-type]
        except (BotoCoreError, ClientError) as error:
            # The rest would wait for the same timeouts, and the device for its answer.
            logger.warning("queue_unavailable", messages=len(bodies) - positions[0], reason=str(error))
            return failed | set(range(positions[0], len(bodies)))
        for entry in answer.get("Failed", []):
            logger.warning("message_not_queued", code=entry["Code"], reason=entry.get("Message", ""))
            failed.add(int(entry["Id"]))
    return failed


def count_waiting() -> int | None:
    """About how many messages are to be taken, or were and are not done with; None when the queue can't be asked."""
    queue = str(settings().require("telemetry_queue_url").telemetry_queue_url)
    try:
        answer = _client().get_queue_attributes(QueueUrl=queue, AttributeNames=list(_ON_THEIR_WAY))
    except (BotoCoreError, ClientError) as error:
        logger.warning("queue_unavailable", reason=str(error))
        return None
    return sum(int(answer["Attributes"][name]) for name in _ON_THEIR_WAY)


def _calls(bodies: Sequence[str]) -> Iterator[list[int]]:
    """Positions in portions that one call takes."""
    positions: list[int] = []
    size = 0
    for position, body in enumerate(bodies):
        length = len(body.encode())
        if positions and (len(positions) == _MESSAGES_PER_CALL or size + length > _BYTES_PER_CALL):
            yield positions
            positions, size = [], 0
        positions.append(position)
        size += length
    if positions:
        yield positions


@cache
def _client() -> "SQSClient":
    return boto3.client("sqs", config=_CONFIG)
