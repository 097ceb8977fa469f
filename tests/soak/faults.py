"""What happens to a running stack: only processes of the given instance are touched, each by its id."""

import json
import time
from contextlib import suppress

import psutil

from local import database
from local.instance import Instance


def without_database(instance: Instance, seconds: float) -> None:
    """Stop the database for a while."""
    assert database.stop(instance), "the instance's database was not running"
    try:
        time.sleep(seconds)
    finally:
        database.start(instance)


def kill_workers(instance: Instance, function_name: str) -> int:
    """Kill every process in which the emulator runs the function, whatever it is doing; return how many."""
    emulator = psutil.Process(json.loads((instance.run_folder / "emulator.json").read_text())["pid"])
    killed = 0
    for process in emulator.children():
        with suppress(psutil.NoSuchProcess):
            if any(f"ministack-lambda-{function_name}-" in argument for argument in process.cmdline()):
                process.kill()
                killed += 1
    return killed
