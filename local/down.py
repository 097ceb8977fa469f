"""`make down` and `make reset`: stop what `make up` started; forget the data."""

import shutil

from local import database, emulator, simulator
from local.console import step
from local.instance import Instance, forget_ports


def take_down(instance: Instance) -> None:
    """Stop the instance's processes, the last started first; data and state are kept."""
    for title, stop in (("simulator", simulator.stop), ("emulator", emulator.stop), ("database", database.stop)):
        with step(title) as current:
            current.outcome = "stopped" if stop(instance) else "was not running"


def forget(instance: Instance) -> None:
    """Stop everything, then delete data, state, certificates and passwords; downloads and builds are kept."""
    take_down(instance)
    with step("data") as current:
        database.forget(instance)
        emulator.forget(instance)
        simulated = instance.folder / "simulated"  # of a bigger fleet, which the next stack does not know
        for folder in (instance.certificates_folder, instance.logs_folder, instance.run_folder, simulated):
            shutil.rmtree(folder, ignore_errors=True)
        instance.stack_file.unlink(missing_ok=True)
        for name in ("deployed.digest", "failed.digest", "users.password"):
            (instance.folder / name).unlink(missing_ok=True)
        forget_ports(instance)
        current.outcome = "forgotten"
