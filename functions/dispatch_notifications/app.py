"""SQS batches of alert events into notification jobs; the partial response names exactly the events to retry."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.logging import logger
from pulse.notifications.dispatch import dispatch, read_event
from pulse.settings import settings

settings().require("database_secret_arn", "delivery_queue_url")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Dispatch a batch. An event that fails comes back by itself, and ends among the dead letters."""
    failed: list[str] = []
    jobs = 0
    for record in event["Records"]:
        try:
            jobs += dispatch(read_event(record["body"]))
        except Exception:
            logger.exception("dispatch_failed", message_id=record["messageId"])
            failed.append(record["messageId"])
    logger.info("notifications_dispatched", events=len(event["Records"]), jobs=jobs, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
