"""Events of sessions at the broker into the connection log; the partial response names those to try again."""

from typing import Any

import orjson
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.devices.connections import note_presence
from pulse.devices.presence import read_entry
from pulse.events.outbox import publish_after_commit
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name")

_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Note a batch of events."""
    answer = process_partial_response(event=event, record_handler=_note, processor=_processor, context=context)
    publish_after_commit()
    logger.info("presence_noted", events=len(event["Records"]), failed=len(answer["batchItemFailures"]))
    return answer


def _note(record: SQSRecord) -> bool:
    presence = read_entry(orjson.loads(record.body))
    return presence is not None and note_presence(presence)
