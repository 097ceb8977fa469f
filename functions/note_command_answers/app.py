"""What devices say over MQTT beside readings: answers to commands, and reports to their shadows.

The partial response names what is none of our topic rules' entries.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.commands.answering import note_answers
from pulse.devices.liveness import note_reports
from pulse.devices.report_rate import refuse_excess
from pulse.devices.topics import is_of_shadow
from pulse.logging import logger
from pulse.settings import settings
from pulse.telemetry.message import read_envelope

settings().require("database_secret_arn", "event_bus_name")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Enter a batch. A failure of the database brings the whole of it back, and what was entered stays as it is."""
    envelopes = {
        record["messageId"]: read_envelope(
            record["body"], redelivered=record["attributes"]["ApproximateReceiveCount"] != "1"
        )
        for record in event["Records"]
    }
    kept = refuse_excess([envelope for envelope in envelopes.values() if envelope is not None])
    note_answers([envelope for envelope in kept if not is_of_shadow(envelope.topic)])
    note_reports([envelope for envelope in kept if is_of_shadow(envelope.topic)])
    unreadable = [message_id for message_id, envelope in envelopes.items() if envelope is None]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in unreadable]}
