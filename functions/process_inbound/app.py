"""SQS batches of what inbound sources, site gateways and polls have said into alerts.

The partial response names exactly those to retry.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.events.outbox import publish_after_commit
from pulse.inbound.gateways import process_gateway_message
from pulse.inbound.message import read_message
from pulse.inbound.processing import Outcome, process
from pulse.logging import logger
from pulse.settings import settings
from pulse.targets.hearing import process_poll
from pulse.telemetry.message import read_envelope

settings().require("database_secret_arn", "event_bus_name")


# A message of a gateway has up to a hundred events. What is not begun by then comes back by itself; if the function
# were ended instead, all of the batch would, what is done included.
_NEEDED_MILLISECONDS = 10_000


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Process a batch. A message that fails comes back by itself, and ends among the dead letters."""
    failed: list[str] = []
    opened = closed = 0
    for record in event["Records"]:
        if context.get_remaining_time_in_millis() < _NEEDED_MILLISECONDS:
            failed.append(record["messageId"])
            continue
        try:
            outcome = _process(record)
        except Exception:
            logger.exception("inbound_failed", message_id=record["messageId"])
            failed.append(record["messageId"])
        else:
            opened, closed = opened + outcome.opened, closed + outcome.closed
    publish_after_commit()
    logger.info("inbound_processed", messages=len(event["Records"]), opened=opened, closed=closed, failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _process(record: dict[str, Any]) -> Outcome:
    """What a topic rule has put there is a gateway's; all else is from `receive_webhook` and `run_polls`."""
    redelivered = record["attributes"]["ApproximateReceiveCount"] != "1"
    envelope = read_envelope(record["body"], redelivered=redelivered)
    if envelope is not None:
        return process_gateway_message(envelope)
    message = read_message(record["body"])
    return process_poll(message, clock.now()) if message.kind == "poll" else process(message, clock.now())
