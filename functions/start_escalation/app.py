"""What happens to alerts, from the bus: have something sleep until the next step of their escalations."""

from typing import Any
from uuid import UUID

import orjson
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse import clock
from pulse.escalation.advancing import follow_alert
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name", "escalation_state_machine_arn")

_processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Follow each alert; the partial response names the events to try again."""
    return process_partial_response(event=event, record_handler=_follow, processor=_processor, context=context)


def _follow(record: dict[str, Any]) -> None:
    happening = orjson.loads(record["body"])["detail"]
    follow_alert(happening["tenant_id"], UUID(happening["alert_id"]), clock.now())
