"""One notification job at a time from the queue to its receiver."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.logging import logger
from pulse.notifications.delivery import deliver
from pulse.notifications.queue import read_key
from pulse.settings import settings

settings().require("database_secret_arn", "delivery_queue_url", "notification_key_arn")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Deliver. A receiver that fails is a matter of the job; only what is wrong with ourselves comes back."""
    failed: list[str] = []
    for record in event["Records"]:
        try:
            deliver(read_key(record["body"]))
        except Exception:
            logger.exception("delivery_failed", message_id=record["messageId"])
            failed.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
