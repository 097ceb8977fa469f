"""Processes are known by pid and start mark, and ended exactly."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from local import processes
from local.errors import LocalError
from local.instance import Instance
from local.processes import ProcessRecord


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    made = Instance("test", tmp_path, emulator_port=1, mqtt_port=2, database_port=3)
    made.prepare_folders()
    return made


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


def _start(instance: Instance, program: str) -> psutil.Process:
    return processes.start(
        instance, "worker", [sys.executable, "-c", program], environment={}, folder=instance.folder, fingerprint="one"
    )


def test_a_started_process_is_found_and_stopped(instance: Instance) -> None:
    process = _start(instance, "import time; time.sleep(60)")
    found = processes.find(instance, "worker")
    record = processes.read_record(instance, "worker")
    assert found is not None
    assert record is not None
    assert (found.pid, record.fingerprint) == (process.pid, "one")
    assert os.getsid(process.pid) == process.pid  # its own session: it survives the terminal
    assert processes.stop(instance, "worker", seconds=5)
    assert not process.is_running()
    assert processes.read_record(instance, "worker") is None


def test_children_end_with_their_parent(instance: Instance) -> None:
    program = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('child', 'w').write(str(child.pid))\n"
        "time.sleep(60)"
    )
    process = _start(instance, program)
    child_file = instance.folder / "child"
    while not (child_file.exists() and child_file.read_text()):
        assert process.is_running()
    child = psutil.Process(int(child_file.read_text()))
    processes.stop(instance, "worker", seconds=0.5)
    assert not child.is_running()


def test_one_that_ignores_the_signal_is_killed(instance: Instance) -> None:
    process = _start(
        instance,
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "pathlib.Path('deaf').touch(); time.sleep(60)",
    )
    while not (instance.folder / "deaf").exists():
        assert process.is_running()
    assert processes.stop(instance, "worker", seconds=0.2)
    assert not process.is_running()


def test_a_pid_that_belongs_to_another_program_by_now_is_left_alone(
    instance: Instance, stranger: subprocess.Popen[bytes]
) -> None:
    mark = processes.start_mark(stranger.pid)
    assert mark is not None
    record = ProcessRecord(stranger.pid, start_mark=f"{mark}0", fingerprint="")
    (instance.run_folder / "worker.json").write_text(json.dumps(asdict(record)))
    assert processes.find(instance, "worker") is None
    assert not processes.stop(instance, "worker")
    assert stranger.poll() is None


def test_a_process_that_ended_is_not_found(instance: Instance) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert processes.start_mark(process.pid) is None
    with pytest.raises(LocalError, match="ended at once"):
        processes.remember(instance, "worker", process.pid)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_damaged_run_file_means_not_running(instance: Instance, content: str) -> None:
    (instance.run_folder / "worker.json").write_text(content)
    assert processes.find(instance, "worker") is None


def test_nobodys_cloud_account_reaches_a_local_program() -> None:
    environment = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_CA_BUNDLE": "/etc/ca.pem",
        "PYTHONPATH": "layers/pulse",
    }
    assert processes.own_environment(environment) == {"PATH": "/bin", "AWS_CA_BUNDLE": "/etc/ca.pem"}
