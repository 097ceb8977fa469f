"""Files of a hundred thousand and of a million readings: rows a second, and the memory of the process that makes them.

Needs a stack that is up, whose bucket takes the files; the readings are in a database of their own. Each file is made
in a process of its own, as by the function, and that process measures itself.
"""

import json
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

import psycopg

from local import aws
from local.instance import chosen_instance
from pulse.exports.export import ExportStatus, Format
from tests.bench.database import fresh_database
from tests.bench.figure import Figure, UnavailableError

_DEVICES: Final = 500
_SIZES: Final = (100_000, 1_000_000)
_MOST_MEGABYTES: Final = 300
_BUDGET: Final = timedelta(minutes=13)
_MAKE_TENANT: Final = """
    INSERT INTO tenants (tenant_id, name) VALUES ('tenant-{rows}', 'Tenant');
    INSERT INTO sites (tenant_id, site_id, name) VALUES ('tenant-{rows}', 'hall', 'Hall');
    INSERT INTO device_types (tenant_id, device_type) VALUES ('tenant-{rows}', 'sensor');
    INSERT INTO devices (tenant_id, device_id, site_id, device_type)
    SELECT 'tenant-{rows}', 'sensor-' || d, 'hall', 'sensor' FROM generate_series(1, {devices}) AS d;
    INSERT INTO telemetry (time, tenant_id, device_id, message_id, msg_type, seq, metrics)
    SELECT now() - INTERVAL '6 days' + n * INTERVAL '4 minutes', 'tenant-{rows}', 'sensor-' || d, 'seq:' || n,
           'telemetry', n,
           jsonb_build_object('temp_c', round((random() * 40)::numeric, 2),
                              'humidity', round((random() * 100)::numeric, 1),
                              'battery_v', round((3 + random())::numeric, 3),
                              'rssi', -(random() * 100)::integer,
                              'door_open', random() < 0.1)
    FROM generate_series(1, {rows} / {devices}) AS n, generate_series(1, {devices}) AS d;
"""
_ASK: Final = """
    INSERT INTO exports (tenant_id, dataset, format, period_start, period_end, requested_by, created_at)
    VALUES (%s, 'telemetry', %s, now() - INTERVAL '7 days', now(), 'bench', now())
    RETURNING export_id
"""


class _Making(NamedTuple):
    """How a file was made: seconds, and the most memory that the process had."""

    seconds: float
    megabytes: float


def measure() -> Iterator[Figure]:
    """Speed and memory for each size and format."""
    instance = chosen_instance(os.environ)
    if not instance.stack_file.exists():
        message = "needs a stack that is up: `make bench` brings one up"
        raise UnavailableError(message)
    outputs = json.loads(instance.stack_file.read_text())["stack_outputs"]
    surroundings = {
        **aws.environment(instance),
        "EXPORTS_BUCKET_NAME": outputs["ExportsBucketName"],
        "EVENT_BUS_NAME": outputs["EventBusName"],
    }
    with fresh_database(**surroundings) as owner_url, psycopg.connect(owner_url, autocommit=True) as owner:
        for rows in _SIZES:
            owner.execute(_MAKE_TENANT.format(rows=rows, devices=_DEVICES).encode())
        owner.execute("VACUUM ANALYZE telemetry")
        for file_format in Format:
            for rows in _SIZES:
                making = _measured(owner, f"tenant-{rows}", file_format)
                name = f"{file_format.upper()} of {rows:,} readings"
                yield Figure(
                    name,
                    rows / making.seconds,
                    "/s",
                    max(_SIZES) / _BUDGET.total_seconds(),
                    "a million in the function's 13 minutes",
                )
                yield Figure(f"{name}, most memory", making.megabytes, "MB", _MOST_MEGABYTES, "what it may have")


def _measured(owner: psycopg.Connection, tenant_id: str, file_format: Format) -> _Making:
    row = owner.execute(_ASK, (tenant_id, file_format.value)).fetchone()
    assert row is not None
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_make, tenant_id, row[0]).result()


def _make(tenant_id: str, export_id: UUID) -> _Making:
    from pulse.exports.making import make_export  # in its own process alone, whose memory is measured

    started = time.perf_counter()
    status = make_export(tenant_id, export_id, budget=_BUDGET)
    assert status is ExportStatus.DONE, f"the export is {status}"
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _Making(time.perf_counter() - started, kilobytes / 1024)
