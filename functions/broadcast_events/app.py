"""SQS batches of what happened, from the bus and from ingest, told to those who look."""

from typing import Any

import orjson
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.logging import logger
from pulse.realtime.broadcast import Happening, broadcast
from pulse.settings import settings

settings().require("database_secret_arn", "transient_table_name", "realtime_queue_url", "websocket_management_url")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Return how many messages were sent, and how many connections were found gone or turned away."""
    told = broadcast([_read(record["body"]) for record in event["Records"]])
    logger.info("events_told", **told._asdict())
    return told._asdict()


def _read(body: str) -> Happening:
    entry = orjson.loads(body)
    return Happening(entry["detail-type"], entry["detail"])
