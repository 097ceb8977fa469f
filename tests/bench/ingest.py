"""Ingest through the real handler into the real hypertable, against a bare COPY of the same rows.

A batch through the handler and a COPY of its rows, already text, into a hypertable like the real one take turns, so
that a change of the machine's load meets both. The database, the handler and the benchmark run on the same machine.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import psycopg
import pytest

from pulse.events import outbox
from tests.bench.database import fresh_database
from tests.bench.figure import Figure
from tests.bench.ingest_load import BATCH, Load, event_of, lines_of, make_fleet
from tests.builders import lambda_context

_WARM_UP: Final = 3
_BATCHES: Final = int(os.environ.get("PULSE_BENCH_BATCHES", "20"))
_MEMORY_LIMIT: Final = 512.0

_YARDSTICK: Final = """
    CREATE TABLE yardstick (LIKE telemetry INCLUDING CONSTRAINTS);
    SELECT create_hypertable('yardstick', by_range('time', INTERVAL '1 day'), create_default_indexes => false);
    CREATE UNIQUE INDEX ON yardstick (tenant_id, device_id, time DESC, message_id);
"""
_COPY: Final = b"COPY yardstick (time, tenant_id, device_id, message_id, msg_type, seq, metrics) FROM STDIN"

type Handler = Callable[[dict[str, Any]], Any]


def measure_core() -> Iterator[Figure]:
    """Batches of messages that are all new."""
    with bench() as (owner, handle):
        yield from _compare("ingest_core", owner, handle, Load(), lambda load, batch: event_of(load.messages(batch)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("ingest_core, peak memory of the process", peak, "MB", _MEMORY_LIMIT, "the limit")


@contextmanager
def bench() -> Iterator[tuple[psycopg.Connection, Handler]]:
    """A fleet in a database of its own, the owner's connection to it, and the function's handler."""
    with fresh_database() as owner_url, pytest.MonkeyPatch.context() as patched:
        make_fleet(owner_url)
        patched.setattr(outbox, "put_events", lambda _events: {})  # EventBridge is not what is measured
        handler = import_module("ingest_telemetry.app").handler
        context = lambda_context()
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute(_YARDSTICK.encode())
            yield owner, lambda event: handler(event, context)


def _compare(
    name: str,
    owner: psycopg.Connection,
    handle: Handler,
    load: Load,
    make_event: Callable[[Load, int], dict[str, Any]],
) -> Iterator[Figure]:
    ingesting, copying, ratios = [], [], []
    for batch in range(_WARM_UP + _BATCHES):
        event, lines = make_event(load, batch), lines_of(load.messages(batch))
        took = _seconds(handle, event)
        bare = _seconds(_copy, owner, lines)
        if batch >= _WARM_UP:
            ingesting.append(took)
            copying.append(bare)
            ratios.append(bare / took)
    rate = BATCH / statistics.median(ingesting)
    yield Figure(f"{name}, median of {_BATCHES} batches", rate, "/s", BATCH / statistics.median(copying), "a bare COPY")
    yield Figure(f"{name}, fastest batch", BATCH / min(ingesting), "/s", BATCH / min(copying), "the fastest bare COPY")


def _copy(owner: psycopg.Connection, lines: bytes) -> None:
    with owner.transaction(), owner.cursor().copy(_COPY) as copy:
        copy.write(lines)


def _seconds(call: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - started
