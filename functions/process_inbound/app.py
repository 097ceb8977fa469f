"""SQS batches of what inbound sources have sent into alerts; the partial response names exactly those to retry."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.events.outbox import publish_after_commit
from pulse.inbound.message import read_message
from pulse.inbound.processing import process
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Process a batch. A message that fails comes back by itself, and ends among the dead letters."""
    failed: list[str] = []
    opened = closed = 0
    for record in event["Records"]:
        try:
            outcome = process(read_message(record["body"]), clock.now())
        except Exception:
            logger.exception("inbound_failed", message_id=record["messageId"])
            failed.append(record["messageId"])
        else:
            opened, closed = opened + outcome.opened, closed + outcome.closed
    publish_after_commit()
    logger.info("inbound_processed", messages=len(event["Records"]), opened=opened, closed=closed, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
