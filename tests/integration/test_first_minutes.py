"""What a newcomer sees after `make up`: the simulator's 25 devices arrive, and alerts open and close."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from local import aws
from local.instance import REPOSITORY, Instance
from tests.integration.stack import Stack, wait_for


@pytest.fixture
def simulator(instance: Instance, stack: Stack) -> Iterator[subprocess.Popen[bytes]]:
    """The simulator as `make up` starts it."""
    assert stack
    process = subprocess.Popen(
        [sys.executable, "-m", "edge.simulator", "--stack", str(instance.stack_file), "--seed", "1"],
        cwd=REPOSITORY,
        env={**os.environ, **aws.environment(instance)},
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("simulator")
def test_within_two_minutes_the_fleet_is_online_and_alerts_open_and_close(stack: Stack) -> None:
    with psycopg.connect(stack.database_url, autocommit=True) as owner:
        row = owner.execute("SELECT now()").fetchone()
        assert row is not None
        [started] = row

        def fresh_rows() -> int:
            counted = owner.execute("SELECT count(*) FROM telemetry WHERE time >= %s", (started,)).fetchone()
            return int(counted[0]) if counted else 0

        wait_for(lambda: _online(stack) >= _simulated(stack), what="25 devices ONLINE")
        wait_for(lambda: fresh_rows() > 300, what="300 rows")

    def statuses() -> set[str]:
        return {alert["status"] for alert in _alerts(stack) if alert["opened_at"] >= started.isoformat()}

    wait_for(lambda: "CLOSED" in statuses(), what="a THRESHOLD alert that opened and closed")


def _simulated(stack: Stack) -> set[str]:
    assert len(stack.devices) == 25
    return {device["device_id"] for device in stack.devices}


def _online(stack: Stack) -> set[str]:
    found: set[str] = set()
    for tenant_id in stack.tenant_ids:
        with stack.api("customer", tenant_id) as api:
            listed = api.get("/customer/devices", params={"status": "ONLINE", "limit": 1000}).json()["items"]
        found |= {device["device_id"] for device in listed}
    return found


def _alerts(stack: Stack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for tenant_id in stack.tenant_ids:
        with stack.api("customer", tenant_id) as api:
            answer = api.get("/customer/alerts", params={"status": "ALL", "type": "THRESHOLD", "limit": 200})
            found += answer.json()["items"]
    return found
