"""An execution environment beside the test's own: a process that ingests batches, as Lambda would run another."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from pulse.settings import settings
from pulse.telemetry.ingest import IngestReport, ingest
from pulse.telemetry.message import Envelope


class Plain(NamedTuple):
    """An envelope as it travels between processes."""

    message_id: str
    topic: str
    principal: str
    received_milliseconds: int
    payload: bytes


def plain(envelope: Envelope) -> Plain:
    """What another process makes the envelope from."""
    return Plain(
        envelope.message_id,
        envelope.topic,
        envelope.principal,
        envelope.received_milliseconds,
        envelope.payload,
    )


def processes(count: int, database_url: str) -> ProcessPoolExecutor:
    """So many processes whose sessions go to that database."""
    return ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_begin, initargs=(database_url, dict(os.environ))
    )


def ingest_batches(batches: list[list[Plain]]) -> list[IngestReport]:
    """Ingest one batch after the other."""
    return [ingest([Envelope(*message) for message in batch]) for batch in batches]


def _begin(database_url: str, environment: dict[str, str]) -> None:
    os.environ.update(environment)
    os.environ["DATABASE_URL"] = database_url
    settings.cache_clear()
