"""Files that were asked for are made: one for each message of the bus."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.exports.making import make_export
from pulse.logging import logger
from pulse.settings import settings

settings().require("database_secret_arn", "event_bus_name", "exports_bucket_name")

# Two minutes less than the function has, so that a file that is too large is said to be.
_BUDGET = timedelta(minutes=13)


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many exports ended in each status; those that were not to be made are not among them."""
    counts: dict[str, int] = {}
    for record in event["Records"]:
        detail = orjson.loads(record["body"])["detail"]
        status = make_export(detail["tenant_id"], UUID(detail["export_id"]), budget=_BUDGET)
        logger.info(
            "export_tried", tenant_id=detail["tenant_id"], export_id=detail["export_id"], status=status and status.value
        )
        if status is not None:
            counts[status.value] = counts.get(status.value, 0) + 1
    return counts
