"""What devices answer to commands over MQTT; the partial response names what is none of our topic rule's entries."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.commands.answering import note_answers
from pulse.logging import logger
from pulse.settings import settings
from pulse.telemetry.message import read_envelope

settings().require("database_secret_arn", "event_bus_name")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Enter a batch of answers. A failure of the database brings the whole batch back."""
    envelopes = {record["messageId"]: read_envelope(record["body"]) for record in event["Records"]}
    note_answers([envelope for envelope in envelopes.values() if envelope is not None])
    unreadable = [message_id for message_id, envelope in envelopes.items() if envelope is None]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in unreadable]}
