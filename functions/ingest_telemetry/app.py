"""SQS batches of device messages into the database; the partial response names exactly the messages to retry."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.logging import logger
from pulse.settings import settings
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import read_envelope

settings().require("database_secret_arn", "event_bus_name")


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Ingest a batch. When the database is away this raises, and the whole batch is delivered again later."""
    envelopes = {record["messageId"]: read_envelope(record["body"]) for record in event["Records"]}
    readable = [envelope for envelope in envelopes.values() if envelope is not None]
    report = ingest(readable)
    failed = set(report.failed)
    retries = [
        record_id for record_id, envelope in envelopes.items() if envelope is None or envelope.message_id in failed
    ]
    logger.info(
        "telemetry_ingested",
        messages=len(envelopes),
        accepted=report.accepted,
        refused=report.refused,
        readings=report.readings,
        failed=len(retries),
    )
    return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in retries]}
