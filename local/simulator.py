"""The device simulator as a process of the instance."""

import os
import time

from local import processes
from local.digest import digest_of
from local.errors import LocalError
from local.instance import PYTHON_FOLDER, REPOSITORY, Instance
from local.processes import own_environment

PROCESS = "simulator"
_MADE_FROM = ("edge", "requirements/development.txt")


def start(instance: Instance) -> str:
    """Have the simulator running on the instance's `stack.json`; one of other code or another fleet is replaced.

    Raises LocalError when it ends at once.
    """
    sources = [REPOSITORY / name for name in _MADE_FROM]
    fingerprint = digest_of([*sources, instance.stack_file, instance.certificates_folder])
    record = processes.read_record(instance, PROCESS)
    if record is not None and processes.find_recorded(record) is not None:
        if record.fingerprint == fingerprint:
            return "running"
        stop(instance)
    process = processes.start(
        instance,
        PROCESS,
        [str(PYTHON_FOLDER / "python"), "-m", "edge.simulator", "--stack", str(instance.stack_file)],
        environment=own_environment()
        | {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "layers/pulse")])},
        folder=REPOSITORY,
        fingerprint=fingerprint,
    )
    time.sleep(0.5)
    if processes.find(instance, PROCESS) is None:
        message = f"The simulator ended at once; its log:\n{processes.last_lines(instance, PROCESS)}"
        raise LocalError(message)
    return f"started, pid {process.pid}"


def stop(instance: Instance) -> bool:
    """End the simulator; False when it wasn't running."""
    return processes.stop(instance, PROCESS)
