"""The simulator as it is described in edge/README.md, on a running stack: what it says it sent, and what arrived."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg

from local.instance import chosen_instance
from tests.bench.figure import Figure, UnavailableError
from tests.deployed import deployed_stack
from tests.integration.stack import Stack
from tests.integration.tenancy import Tenancy

_DEVICES: Final = int(os.environ.get("PULSE_BENCH_DEVICES", "500"))
_SECONDS: Final = 60
_INTERVAL_SECONDS: Final = 5
_PATIENCE_SECONDS: Final = 300
_SUMMARY: Final = re.compile(r"fleet_stopped connected=(\d+)/\d+ .* acknowledged=(\d+) buffered=(\d+) refused=(\d+)")


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
        _simulate(options | {"--duration": "0"})
        yield Figure(f"{_DEVICES} devices come in", _DEVICES / (time.perf_counter() - started), "/s", 5, "its limit")
        summary = _simulate(options | {"--duration": str(_SECONDS)})
        connected, acknowledged, _, refused = map(int, summary.groups())
        yield Figure(f"{_DEVICES} devices send, connected at the end", connected, "", _DEVICES, "all of them")
        if refused:
            raise RuntimeError(summary.group())
        took = _wait_until_stored(stack, tenancy.tenant_id, acknowledged)
        expected = _DEVICES * _SECONDS / _INTERVAL_SECONDS
        yield Figure(f"{_DEVICES} devices send a minute, messages stored", acknowledged, "", expected, "one each 5 s")
        yield Figure("the last of them stored after the end", took, "s", 10, "a target")


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


def _simulate(options: dict[str, str]) -> re.Match[str]:
    """The simulator's own last words."""
    command = [sys.executable, "-m", "edge.simulator", *(word for option in options.items() for word in option)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | _path())
    summary = _SUMMARY.search(ended.stderr)
    assert summary is not None, ended.stderr[-2000:]
    return summary


def _path() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(sys.path)}


def _wait_until_stored(stack: Stack, tenant_id: str, expected: int) -> float:
    """Seconds until so many messages are stored."""
    started = time.perf_counter()
    stored = 0
    with psycopg.connect(stack.database_url, autocommit=True) as database:
        while (took := time.perf_counter() - started) < _PATIENCE_SECONDS:
            stored = _count(database, tenant_id)
            if stored >= expected:
                return took
            time.sleep(0.2)
    message = f"{stored} messages are stored, {expected} were acknowledged"
    raise RuntimeError(message)


def _count(database: psycopg.Connection[Any], tenant_id: str) -> int:
    row = database.execute("SELECT count(*) FROM telemetry WHERE tenant_id = %s", (tenant_id,)).fetchone()
    assert row is not None
    return int(row[0])
