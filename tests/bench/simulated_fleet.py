"""The simulator as it is described in edge/README.md, on a running stack: what it says it sent, and what arrived."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import psycopg
from psycopg import sql

from local.instance import chosen_instance
from tests.bench.figure import Figure, UnavailableError
from tests.deployed import deployed_stack
from tests.integration.stack import Stack
from tests.integration.tenancy import Tenancy

_DEVICES: Final = int(os.environ.get("PULSE_BENCH_DEVICES", "500"))
_SECONDS: Final = 60
_INTERVAL_SECONDS: Final = 5
_PATIENCE_SECONDS: Final = 300
_SUMMARY: Final = re.compile(r"fleet_stopped .* acknowledged=(\d+) .* refused=(\d+)")


def measure() -> Iterator[Figure]:
    """Devices come in by claim token, then send for a minute. Fails if a message that was acknowledged is missing."""
    instance = chosen_instance(os.environ)
    if not (instance.is_disposable and instance.stack_file.exists()):
        message = "needs a test instance that is up, since it leaves a tenant behind: `make bench` brings one up"
        raise UnavailableError(message)
    with deployed_stack(instance) as stack, TemporaryDirectory() as folder:
        tenancy = Tenancy(stack)
        options = _options(tenancy, Path(folder))
        started = time.perf_counter()
        coming_in = _simulate(options | {"--duration": "0"})
        yield Figure(f"{_DEVICES} devices come in", _DEVICES / (time.perf_counter() - started), "/s", 5, "its limit")
        sending = _simulate(options | {"--duration": str(_SECONDS)})
        if coming_in.refused or sending.refused:
            message = f"the broker refused messages: {sending}"
            raise RuntimeError(message)
        stored, took = _wait_until_stored(stack, tenancy.tenant_id, coming_in.acknowledged + sending.acknowledged)
        expected = _DEVICES * _SECONDS / _INTERVAL_SECONDS
        yield Figure(f"{_DEVICES} devices send for a minute, messages stored", stored, "", expected, "one each 5 s")
        yield Figure("all of them stored after the end", took, "s", 10, "a target")


class _Sent(NamedTuple):
    """What the simulator says in the end."""

    acknowledged: int
    refused: int


def _options(tenancy: Tenancy, folder: Path) -> dict[str, str]:
    api = tenancy.admin.api
    assert api.post("/customer/sites", json={"site_id": "hall", "name": "Hall"}).status_code == 201
    assert api.post("/customer/device-types", json={"device_type": "simulated"}).status_code == 201
    line = {"label": "Simulated", "site_id": "hall", "device_type": "simulated", "device_id_prefix": "sim-"}
    made = api.post("/customer/claim-tokens", json={**line, "max_devices": _DEVICES})
    assert made.status_code == 201, made.text
    return {
        "--claim-token": made.json()["token"],
        "--api": tenancy.stack.description["api_url"],
        "--folder": str(folder),
        "--devices": str(_DEVICES),
        "--profile": "steady",
        "--interval": str(_INTERVAL_SECONDS),
        "--seed": "42",
    }


def _simulate(options: dict[str, str]) -> _Sent:
    command = [sys.executable, "-m", "edge.simulator", *(word for option in options.items() for word in option)]
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | path)
    summary = _SUMMARY.search(ended.stderr)
    assert summary is not None, ended.stderr[-2000:]
    return _Sent(acknowledged=int(summary[1]), refused=int(summary[2]))


def _wait_until_stored(stack: Stack, tenant_id: str, acknowledged: int) -> tuple[int, float]:
    """How many messages are stored in the end, and after how many seconds.

    Of what the broker has acknowledged, one message of each session was a report to the shadow.
    """
    started = time.perf_counter()
    stored = sessions = 0
    with psycopg.connect(stack.database_url, autocommit=True) as database:
        while (took := time.perf_counter() - started) < _PATIENCE_SECONDS:
            stored = _count(database, "telemetry", tenant_id)
            sessions = _count(database, "device_connections", tenant_id)
            if stored + sessions >= acknowledged:
                return stored, took
            time.sleep(0.2)
    message = f"{stored} messages are stored and {sessions} shadows reported, {acknowledged} were acknowledged"
    raise RuntimeError(message)


def _count(database: psycopg.Connection[Any], table: str, tenant_id: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {table} WHERE tenant_id = %s").format(table=sql.Identifier(table))
    row = database.execute(query, (tenant_id,)).fetchone()
    assert row is not None
    return int(row[0])
