"""The processes of an instance: started detached, known by a file, ended exactly.

A process is known by its pid and its start mark together, so that a pid that was given to another program since is
never mistaken for ours.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from local.errors import LocalError
from local.instance import Instance

_LARGEST_LOG_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """What the run file says: who was started, and from what (`fingerprint` changes when it must be started anew)."""

    pid: int
    start_mark: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Account:
    """The user that a process runs as when it is not to run as root."""

    name: str
    user_id: int
    group_id: int


def start_mark(pid: int) -> str | None:
    """What tells this process from a later one with the same pid; None when there is no such process.

    On Linux it is the boot and the clock ticks since it: unlike a wall-clock time, these never shift.
    """
    try:
        if psutil.LINUX:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return None if fields[0] == "Z" else f"{boot}:{fields[19]}"
        return str(psutil.Process(pid).create_time())
    except (OSError, psutil.Error):
        return None


def start(
    instance: Instance,
    name: str,
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    fingerprint: str = "",
    account: Account | None = None,
) -> psutil.Process:
    """Start a process in a session of its own, with its output in the instance's log folder."""
    log_file = instance.logs_folder / f"{name}.log"
    if log_file.exists() and log_file.stat().st_size > _LARGEST_LOG_BYTES:
        log_file.rename(log_file.with_suffix(".log.old"))
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            user=account.user_id if account else None,
            group=account.group_id if account else None,
            extra_groups=[] if account else None,
        )
    process.returncode = 0  # it is to outlive this program; otherwise Python warns that nobody waited for it
    remember(instance, name, process.pid, fingerprint)
    return psutil.Process(process.pid)


def remember(instance: Instance, name: str, pid: int, fingerprint: str = "") -> None:
    """Write the run file of a running process."""
    mark = start_mark(pid)
    if mark is None:
        message = f"{name} ended at once; the end of its log:\n{last_lines(instance, name)}"
        raise LocalError(message)
    _run_file(instance, name).write_text(json.dumps(asdict(ProcessRecord(pid, mark, fingerprint))))


def read_record(instance: Instance, name: str) -> ProcessRecord | None:
    """The run file, if there is a readable one; the process may be long gone."""
    try:
        return ProcessRecord(**json.loads(_run_file(instance, name).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def find(instance: Instance, name: str) -> psutil.Process | None:
    """The running process of that name; None when it ended or its pid belongs to another program by now."""
    record = read_record(instance, name)
    return None if record is None else find_recorded(record)


def find_recorded(record: ProcessRecord) -> psutil.Process | None:
    """The very process that was recorded, if it still runs."""
    if start_mark(record.pid) != record.start_mark:
        return None
    try:
        return psutil.Process(record.pid)
    except psutil.Error:
        return None


def stop(instance: Instance, name: str, *, end_signal: int = signal.SIGTERM, seconds: float = 15) -> bool:
    """End a process and all it started; those that don't go in time are killed. False when it wasn't running."""
    process = find(instance, name)
    if process is None:
        forget(instance, name)
        return False
    end([process], end_signal=end_signal, seconds=seconds)
    forget(instance, name)
    return True


def end(processes: Sequence[psutil.Process], *, end_signal: int = signal.SIGTERM, seconds: float = 15) -> None:
    """Signal processes, wait, then kill what is left of them and of their descendants.

    psutil remembers each one's start time and refuses to signal a pid that changed hands.
    """
    family: list[psutil.Process] = []
    for process in processes:
        try:
            family += [process, *process.children(recursive=True)]
            process.send_signal(end_signal)
        except psutil.NoSuchProcess:
            continue
    _, alive = psutil.wait_procs(list(processes), timeout=seconds)
    _, lingering = psutil.wait_procs([process for process in family if process not in alive], timeout=min(2, seconds))
    for process in [*alive, *lingering]:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs([*alive, *lingering], timeout=5)


def forget(instance: Instance, name: str) -> None:
    """Remove the run file."""
    _run_file(instance, name).unlink(missing_ok=True)


def last_lines(instance: Instance, name: str, count: int = 15) -> str:
    """The end of a process's log."""
    try:
        lines = (instance.logs_folder / f"{name}.log").read_text(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-count:])


def own_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """An environment without anybody's AWS account in it, so that nothing local can reach a real one.

    PYTHONPATH goes as well: it is for this repository's programs, and would change what others import.
    """
    return {
        name: value
        for name, value in environment.items()
        if name == "AWS_CA_BUNDLE" or not (name.startswith("AWS_") or name == "PYTHONPATH")
    }


def _run_file(instance: Instance, name: str) -> Path:
    return instance.run_folder / f"{name}.json"
