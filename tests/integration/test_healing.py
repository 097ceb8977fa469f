"""Any process of the local cloud may be killed: `make up` heals it, and nothing that was stored is gone."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import psutil
import psycopg
import pytest

from local.instance import REPOSITORY, Instance
from tests.integration.stack import Stack, wait_for
from tests.integration.tenancy import sign_in

PROCESSES = ["database", "emulator"]


def bring_up(instance: Instance) -> str:
    """What `make up` runs, on the test instance."""
    done = subprocess.run(
        [sys.executable, "-m", "local", "up", "--no-simulator"],
        cwd=REPOSITORY,
        env={**os.environ, "PULSE_INSTANCE": instance.name, "PYTHONPATH": "layers/pulse:functions:."},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def process_of(instance: Instance, name: str) -> psutil.Process:
    """The process that `make up` noted under that name."""
    note = json.loads((instance.run_folder / f"{name}.json").read_text())
    return psutil.Process(note["pid"])


def stored(stack: Stack) -> int:
    with psycopg.connect(stack.database_url, connect_timeout=5) as connection:
        row = connection.execute("SELECT count(*) FROM telemetry").fetchone()
    assert row is not None
    return int(row[0])


def arrives(stack: Stack, device: dict[str, Any], before: int) -> None:
    with stack.connect(device) as connection:
        assert connection.publish({"metrics": {"probe_h": 1}}) == "Success"
    wait_for(lambda: stored(stack) > before, what="a row")


def nobody_is_let_in(stack: Stack) -> None:
    """While the authorizer can't ask the database: a token that was just issued is a new one to everybody."""
    operator = next(person for person in stack.description["operator"] if person["role"] == "operator")
    token = sign_in(stack, operator["email"], operator["password"])["AccessToken"]
    answer = stack.api_with(token).get("/operator/tenants")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert answer.json()["detail"] == "who is calling can't be told right now; try again in half a minute"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PROCESSES)
def test_a_killed_process_is_healed_and_nothing_is_lost(instance: Instance, stack: Stack, name: str) -> None:
    device = stack.devices[3]
    arrives(stack, device, before=stored(stack))
    kept = stored(stack)
    process_of(instance, name).send_signal(signal.SIGKILL)
    if name == "database":
        nobody_is_let_in(stack)
    bring_up(instance)
    assert stored(stack) >= kept
    arrives(stack, device, before=stored(stack))
    with stack.api("viewer", device["tenant_id"]) as api:
        assert api.get(f"/customer/devices/{device['device_id']}").json()["status"] == "ONLINE"
