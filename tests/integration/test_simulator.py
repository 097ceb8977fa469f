"""The simulator on the deployed stack: devices bring themselves in, send, answer commands and follow their shadow."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stack import wait_for
from tests.integration.tenancy import Tenancy


@pytest.fixture
def simulator(tenancy: Tenancy, tmp_path: Path) -> Iterator[None]:
    """Two newcomers that run for the time of a test."""
    line = {"label": "Simulated", "site_id": "hall-a", "device_type": "freezer", "max_devices": 2}
    made = tenancy.admin.api.post("/customer/claim-tokens", json={**line, "device_id_prefix": "sim-"})
    assert made.status_code == 201, made.text
    options = {
        "--claim-token": made.json()["token"],
        "--api": tenancy.stack.description["api_url"],
        "--folder": str(tmp_path),
        "--devices": "2",
        "--profile": "steady",
        "--interval": "1",
        "--seed": "42",
        "--duration": "300",
    }
    command = [sys.executable, "-m", "edge.simulator", *(word for option in options.items() for word in option)]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as process:
        yield
        process.terminate()
        assert process.wait(timeout=60) == 0


@pytest.mark.usefixtures("simulator")
def test_newcomers_are_online_answer_commands_and_follow_their_shadow(tenancy: Tenancy) -> None:
    api = tenancy.admin.api
    path = "/customer/devices/sim-0002"

    def get(more: str = "") -> dict[str, Any]:
        document: dict[str, Any] = api.get(f"{path}{more}").json()
        return document

    wait_for(lambda: get().get("status") == "ONLINE", what="the newcomer ONLINE")
    wait_for(lambda: get("/shadow")["reported"].get("interval_seconds") == 1, what="the first report")
    sent = [api.post(f"{path}/commands", json={"name": name}).json() for name in ("blink", "explode")]

    def statuses() -> list[str]:
        return [get(f"/commands/{command['command_id']}")["status"] for command in sent]

    wait_for(lambda: statuses() == ["ACKNOWLEDGED", "REJECTED"], what="the newcomer's answers")
    assert api.put(f"{path}/shadow/desired", json={"desired": {"interval_seconds": 2}}).status_code == 200
    wait_for(lambda: get("/shadow")["delta"] == {}, what="the newcomer's report")
