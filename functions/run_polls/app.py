"""Batches of targets from the queue: they are asked at the same time, and what came of it goes to the inbound queue."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.logging import logger
from pulse.settings import settings
from pulse.targets.polling import poll_targets, read_batch

settings().require("database_secret_arn", "inbound_queue_url", "notification_key_arn")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Poll. A target that fails is a matter of its own; only what is wrong with ourselves comes back."""
    failed: list[str] = []
    for record in event["Records"]:
        try:
            due_at, keys = read_batch(record["body"])
            logger.info("targets_polled", targets=poll_targets(due_at, keys))
        except Exception:
            logger.exception("polls_failed", message_id=record["messageId"])
            failed.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
