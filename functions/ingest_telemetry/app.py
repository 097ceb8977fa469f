"""SQS batches of device messages into the database; the partial response names exactly the messages to retry."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from aws_lambda_powertools.utilities.typing import LambdaContext

from pulse.logging import logger
from pulse.settings import settings
from pulse.telemetry.hand_back import Receipt, hand_back
from pulse.telemetry.ingest import ingest
from pulse.telemetry.message import read_envelope

settings().require("database_secret_arn", "event_bus_name", "telemetry_queue_url")


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A batch makes no cycles and much that lives until its end: looking through it over and over is a sixth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@logger.inject_lambda_context
@_no_garbage_collection()
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Ingest a batch. When the database is away this raises, and the whole batch is delivered again soon."""
    records = event["Records"]
    envelopes = [
        read_envelope(record["body"], redelivered=record["attributes"]["ApproximateReceiveCount"] != "1")
        for record in records
    ]
    try:
        report = ingest([envelope for envelope in envelopes if envelope is not None])
    except psycopg.OperationalError:
        hand_back(
            [
                Receipt(record["receiptHandle"], int(record["attributes"]["ApproximateReceiveCount"]))
                for record in records
            ]
        )
        raise
    retries = [
        record["messageId"]
        for record, envelope in zip(records, envelopes, strict=True)
        if envelope is None or envelope.message_id in report.failed
    ]
    logger.info(
        "telemetry_ingested",
        messages=len(records),
        accepted=report.accepted,
        refused=report.refused,
        readings=report.readings,
        failed=len(retries),
    )
    return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in retries]}
