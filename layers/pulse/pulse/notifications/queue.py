"""The queue of jobs that are due. A message only names a job; whether there is anything to do the table knows."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Final
from uuid import UUID

import boto3
import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.logging import logger
from pulse.notifications.job_store import JobKey
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

LONGEST_DELAY: Final = timedelta(minutes=15)  # SQS's own limit; what is due later the sweep brings
_ENTRIES_PER_CALL: Final = 10


def enqueue(keys: Sequence[JobKey], *, delay: timedelta = timedelta()) -> None:
    """Have jobs delivered after a delay. What the queue does not take the sweep brings within a minute or two."""
    if delay > LONGEST_DELAY:
        return
    url = str(settings().require("delivery_queue_url").delivery_queue_url)
    for chunk in batched(keys, _ENTRIES_PER_CALL, strict=False):
        try:
            answer = _client().send_message_batch(
                QueueUrl=url,
                Entries=[
                    {
                        "Id": str(number),
                        "MessageBody": orjson.dumps({"tenant_id": key.tenant_id, "job_id": key.job_id}).decode(),
                        "DelaySeconds": int(delay.total_seconds()),
                    }
                    for number, key in enumerate(chunk)
                ],
            )
        except (BotoCoreError, ClientError):
            logger.exception("jobs_not_enqueued", jobs=len(chunk))
        else:
            if answer.get("Failed"):
                logger.error("jobs_not_enqueued", jobs=len(answer["Failed"]))


def read_key(body: str) -> JobKey:
    """The job that a message names. Raises ValueError, KeyError for what is none of ours."""
    document = orjson.loads(body)
    return JobKey(str(document["tenant_id"]), UUID(document["job_id"]))


@cache
def _client() -> "SQSClient":
    return boto3.client("sqs", config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}))
