"""Ingest through the real handler into the real hypertable, against a bare COPY of the same rows.

A batch through the handler and a COPY of its rows, already text, into a hypertable like the real one take turns, so
that a change of the machine's load meets both. The database, the handler and the benchmark run on the same machine.
What was sent is counted in the end: a figure of messages that got lost would be none.
"""

import os
import random
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
from tests.bench.ingest_load import BATCH, RULES, Load, Sent, event_of, lines_of, make_fleet, make_rules
from tests.builders import lambda_context, take_all

_WARM_UP: Final = 3
_BATCHES: Final = int(os.environ.get("PULSE_BENCH_BATCHES", "20"))
_MEMORY_LIMIT: Final = 512.0
_DUPLICATES: Final = BATCH // 10
_MOST_SLOWED: Final = 2.0

_YARDSTICK: Final = """
    CREATE TABLE yardstick (LIKE telemetry INCLUDING CONSTRAINTS);
    SELECT create_hypertable('yardstick', by_range('time', INTERVAL '1 day'), create_default_indexes => false);
    CREATE UNIQUE INDEX ON yardstick (tenant_id, device_id, time DESC, message_id);
"""
_COPY: Final = b"COPY yardstick (time, tenant_id, device_id, message_id, msg_type, seq, metrics) FROM STDIN"

type Handler = Callable[[dict[str, Any]], Any]


def measure_core() -> Iterator[Figure]:
    """Batches of messages that are all new."""
    with _bench() as (owner, handle):
        yield from _compare("ingest_core", owner, handle, lambda load, batch: load.messages(batch))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("ingest_core, peak memory of the process", peak, "MB", _MEMORY_LIMIT, "the limit")


def measure_duplicates() -> Iterator[Figure]:
    """One message in ten was stored with the batch before; the device publishes it once more."""

    def with_duplicates(load: Load, batch: int) -> list[Sent]:
        again = load.messages(batch - 1)[_DUPLICATES:][:_DUPLICATES] if batch else []
        messages = load.messages(batch)[: BATCH - len(again)] + again
        random.Random(batch).shuffle(messages)
        return messages

    with _bench() as (owner, handle):
        yield from _compare("ingest_duplicates, 10 %", owner, handle, with_duplicates)


def measure_rules() -> Iterator[Figure]:
    """Every tenant has rules; a tenth of them look at values that pass their line now and then."""
    with _bench() as (owner, handle):
        make_rules(owner)
        yield from _compare(
            f"ingest_rules, {RULES} per tenant", owner, handle, lambda load, batch: load.messages(batch)
        )


def measure_noisy_tenant() -> Iterator[Figure]:
    """One tenant sends as much as all others together, twenty times what its devices may, mixed in with theirs."""
    alone, beside = [], []
    with _bench() as (owner, handle):
        load = Load(_WARM_UP + 2 * _BATCHES)
        for batch in range(_WARM_UP + _BATCHES):
            quiet = event_of(load.quiet(batch))
            took = _seconds(handle, quiet)
            if batch >= _WARM_UP:
                alone.append(took)
        for batch in range(_WARM_UP + _BATCHES, _WARM_UP + 2 * _BATCHES):
            mixed = load.quiet(batch) + load.flood(batch)
            random.Random(batch).shuffle(mixed)
            halves = [event_of(mixed[: len(mixed) // 2]), event_of(mixed[len(mixed) // 2 :])]
            beside.append(sum(_seconds(handle, half) for half in halves))
        _require_stored(owner, (_WARM_UP + 2 * _BATCHES) * len(load.quiet(0)), quiet_only=True)
    slowed = statistics.median(beside) / statistics.median(alone)
    yield Figure("ingest_noisy_tenant, how much longer the others take", slowed, "x", _MOST_SLOWED, "the limit of 2")


@contextmanager
def _bench() -> Iterator[tuple[psycopg.Connection, Handler]]:
    """A fleet in a database of its own, the owner's connection to it, and the function's handler."""
    with fresh_database() as owner_url, pytest.MonkeyPatch.context() as patched:
        make_fleet(owner_url)
        patched.setattr(outbox, "put_events", take_all)  # EventBridge is not what is measured
        handler = import_module("ingest_telemetry.app").handler
        context = lambda_context()
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute(_YARDSTICK.encode())
            yield owner, lambda event: handler(event, context)


def _compare(
    name: str, owner: psycopg.Connection, handle: Handler, choose: Callable[[Load, int], list[Sent]]
) -> Iterator[Figure]:
    load = Load(_WARM_UP + _BATCHES)
    ingesting, copying = [], []
    stored: set[int] = set()
    for batch in range(_WARM_UP + _BATCHES):
        messages = choose(load, batch)
        event, lines = event_of(messages), lines_of([sent for sent in messages if sent.number not in stored])
        stored |= {sent.number for sent in messages}
        took, bare = _seconds(handle, event), _seconds(_copy, owner, lines)
        if batch >= _WARM_UP:
            ingesting.append(took)
            copying.append(bare)
    _require_stored(owner, len(stored))
    rate = BATCH / statistics.median(ingesting)
    yield Figure(f"{name}, median of {_BATCHES} batches", rate, "/s", BATCH / statistics.median(copying), "a bare COPY")
    yield Figure(f"{name}, fastest batch", BATCH / min(ingesting), "/s", BATCH / min(copying), "the fastest bare COPY")


def _copy(owner: psycopg.Connection, lines: bytes) -> None:
    with owner.transaction(), owner.cursor().copy(_COPY) as copy:
        copy.write(lines)


def _require_stored(owner: psycopg.Connection, expected: int, *, quiet_only: bool = False) -> None:
    rows = owner.execute(
        "SELECT count(*) FROM telemetry WHERE NOT %s OR tenant_id <> 'tenant-0'", (quiet_only,)
    ).fetchone()
    if rows != (expected,):
        message = f"{rows} readings are stored, {expected} were sent"
        raise RuntimeError(message)


def _seconds(call: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - started
