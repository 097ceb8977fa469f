"""The AWS emulator as a process of the instance: MiniStack, or LocalStack where it is asked for and possible."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from hashlib import sha256
from pathlib import Path
from urllib.error import URLError

import psutil

from local import emulator_container, ports, processes
from local.errors import LocalError
from local.instance import EMULATOR_PYTHON, REGION, REPOSITORY, Instance, port_variable

PROCESS = "emulator"
_LAUNCHER = REPOSITORY / "local" / "emulator_process.py"
_REQUIREMENTS = REPOSITORY / "requirements" / "emulator.txt"


def start(instance: Instance) -> str:
    """Have the emulator answering; return what runs, in a few words. One of another version is replaced.

    Raises LocalError when a port is taken, Node.js is missing, or the emulator doesn't come up.
    """
    if emulator_container.is_wanted(os.environ):
        return emulator_container.start(instance, os.environ)
    command = [str(EMULATOR_PYTHON), "-P", str(_LAUNCHER)]
    environment = _environment(instance)
    fingerprint = _fingerprint(command, environment)
    record = processes.read_record(instance, PROCESS)
    if record is not None and processes.find_recorded(record) is not None:
        if record.fingerprint == fingerprint and is_ready(instance):
            return _describe(instance)
        stop(instance)
    _end_workers(instance)
    _empty(instance.emulator_folder / "tmp")
    ports.require_free(instance.emulator_port, "the AWS emulator", port_variable(instance.name, "EMULATOR"))
    ports.require_free(instance.mqtt_port, "MQTT", port_variable(instance.name, "MQTT"))
    process = processes.start(
        instance,
        PROCESS,
        command,
        environment=environment,
        folder=instance.emulator_folder,
        fingerprint=fingerprint,
    )
    deadline = time.monotonic() + 60
    while not is_ready(instance):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE or time.monotonic() > deadline:
            message = f"The emulator did not start; the end of its log:\n{processes.last_lines(instance, PROCESS)}"
            raise LocalError(message)
        time.sleep(0.05)
    if not ports.is_open(instance.mqtt_port):
        message = f"MQTT does not listen on port {instance.mqtt_port}; see {instance.logs_folder / 'emulator.log'}"
        raise LocalError(message)
    return _describe(instance)


def stop(instance: Instance) -> bool:
    """Save the state and end the emulator with its Lambda workers; False when it wasn't running."""
    if emulator_container.stop(instance):
        return True
    if processes.find(instance, PROCESS) is not None:
        save(instance)  # its own save at shutdown waits for open connections to close
    stopped = processes.stop(instance, PROCESS, seconds=15)
    _end_workers(instance)
    if stopped:
        _empty(instance.emulator_folder / "tmp")
    return stopped


def save(instance: Instance) -> bool:
    """Have the emulator write its whole state to disk now; False when it doesn't within 30 seconds."""
    process = processes.find(instance, PROCESS)
    if process is None:
        return False
    mark = instance.emulator_folder / "state" / "saved"
    before = _changed_at(mark)
    process.send_signal(signal.SIGUSR1)
    deadline = time.monotonic() + 30
    while _changed_at(mark) == before:
        if time.monotonic() > deadline or not process.is_running():
            return False
        time.sleep(0.02)
    return True


def is_ready(instance: Instance) -> bool:
    """Whether HTTP and MQTT are answering."""
    return _read_status(instance, "ready") is not None


def forget(instance: Instance) -> None:
    """Delete the state of a stopped emulator."""
    shutil.rmtree(instance.emulator_folder, ignore_errors=True)


def _environment(instance: Instance) -> dict[str, str]:
    """All that the emulator knows: its environment is copied into every function, so nothing of ours is in it."""
    folder = instance.emulator_folder
    node = shutil.which("node")
    if node is None:
        message = "Node.js (20 or newer) is missing: the emulator runs CloudFront functions with it. Install nodejs."
        raise LocalError(message)
    home = folder / "home"
    for path in (home, folder / "tmp", folder / "state", folder / "s3"):
        path.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.pathsep.join(
            [str(EMULATOR_PYTHON.parent), str(Path(node).parent), "/usr/local/bin", "/usr/bin", "/bin"]
        ),
        "HOME": str(home),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(instance.emulator_port),
        "IOT_MTLS_PORT": str(instance.mqtt_port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",  # policies of roles and of devices are enforced
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "LAMBDA_ACCOUNT_CONCURRENCY": "100",  # each worker may hold a database connection, of which there are 200
        "SFTP_ENABLED": "0",
        # A path that is never there: the emulator is to leave a Docker engine alone.
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
    }


def _fingerprint(command: list[str], environment: dict[str, str]) -> str:
    digest = sha256()
    for path in (_LAUNCHER, _REQUIREMENTS):
        digest.update(path.read_bytes())
    digest.update(json.dumps([command, sorted(environment.items())]).encode())
    return digest.hexdigest()


def _describe(instance: Instance) -> str:
    status = _read_status(instance, "health") or {}
    return f"MiniStack {status.get('version', '')} on {instance.emulator_url}, MQTT on port {instance.mqtt_port}"


def _read_status(instance: Instance, kind: str) -> dict[str, object] | None:
    try:
        with urllib.request.urlopen(f"{instance.emulator_url}/_ministack/{kind}", timeout=5) as answer:
            status = json.load(answer)
    except (URLError, OSError, ValueError):
        return None
    return status if isinstance(status, dict) else None


def _end_workers(instance: Instance) -> None:
    """End Lambda workers that outlived their emulator; they are known by the folder that their code lies in."""
    folder = f"{instance.emulator_folder / 'tmp'}{os.sep}"
    workers = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if len(words) > 1 and words[1].startswith(folder):
            workers.append(process)
    processes.end(workers, seconds=1)


def _empty(folder: Path) -> None:
    """Remove the unpacked code of workers that are gone: tens of thousands of files, so nobody waits for it."""
    if folder.exists():
        trash = Path(tempfile.mkdtemp(prefix="trash-", dir=folder.parent))
        folder.rename(trash / folder.name)
    folder.mkdir(parents=True)
    leftovers = [str(path) for path in folder.parent.glob("trash-*")]
    if leftovers:
        remover = subprocess.Popen(["rm", "-rf", *leftovers], start_new_session=True, stdin=subprocess.DEVNULL)
        remover.returncode = 0  # it may outlive this program


def _changed_at(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0
