"""The unpacked PostgreSQL as this instance's server: its folder, its settings, its start, its recovery.

The server listens on 127.0.0.1 alone, with a password, and has no Unix socket (whose path may not be long).
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from hashlib import sha256
from pathlib import Path

import psutil

from local import ports, processes
from local.console import note
from local.errors import LocalError
from local.instance import REPOSITORY, SHARED_FOLDER, Instance, port_variable
from local.postgresql_packages import ensure_packages, executables
from local.processes import Account

PROCESS = "database"
OWNER = "pulse"

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
password_encryption = 'scram-sha-256'
shared_preload_libraries = 'timescaledb,pg_stat_statements'
timescaledb.telemetry_level = off
timescaledb.max_background_workers = 0
max_worker_processes = 16
max_locks_per_transaction = 256
jit = off
# Sizes for two cores and a laptop that has other things to do.
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 2000
log_checkpoints = off
"""
_DISPOSABLE_SETTINGS = """
# A test instance starts from nothing each time; it need not survive a power cut.
fsync = off
full_page_writes = off
"""


def start(instance: Instance, password: str) -> None:
    """Have the server running on the instance's port; whatever an earlier life left behind is put right.

    Raises LocalError when it can't be: the port is taken, the packages can't be fetched, the server refuses.
    """
    if processes.find(instance, PROCESS) is not None and ports.is_open(instance.database_port):
        return
    account = _server_account()
    tree, data = _places(instance, account)
    ensure_packages(tree)
    if _adopt(instance, data):
        return
    _end_leftovers(data)
    ports.require_free(instance.database_port, "the database", port_variable(instance.name, "DATABASE"))
    if not (data / "PG_VERSION").exists():
        _create(instance, tree, data, account, password)
    settings = _SETTINGS + (_DISPOSABLE_SETTINGS if instance.is_disposable else "")
    (data / "postgresql.auto.conf").write_text(f"port = {instance.database_port}\n{settings}")
    process = processes.start(
        instance,
        PROCESS,
        [str(executables(tree) / "postgres"), "-D", str(data)],
        environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        folder=data,
        account=account,
    )
    # After a crash the port opens when recovery is over, which may take a while with much to replay.
    deadline = time.monotonic() + 120
    while not ports.is_open(instance.database_port):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE or time.monotonic() > deadline:
            message = f"PostgreSQL did not start; the end of its log:\n{processes.last_lines(instance, PROCESS)}"
            raise LocalError(message)
        time.sleep(0.05)


def stop(instance: Instance) -> bool:
    """End the server after its running transactions are rolled back; False when it wasn't running."""
    return processes.stop(instance, PROCESS, end_signal=signal.SIGINT, seconds=30)


def forget(instance: Instance) -> None:
    """Delete the data directory of a stopped server."""
    link = instance.database_folder
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)
        link.unlink()
    elif link.exists():
        shutil.rmtree(link)


def _server_account() -> Account | None:
    """Who runs the server: ourselves, unless we are root, as which PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    message = "PostgreSQL refuses to run as root and there is neither a user postgres nor nobody; create one."
    raise LocalError(message)


def _places(instance: Instance, account: Account | None) -> tuple[Path, Path]:
    """The tree of packages and the data directory.

    They lie in the repository's `.local`. When we are root and the server's user can't get there (a clone below
    root's home), they lie in a private folder below /var/tmp, and `.local` holds links to them. Some systems clean
    that of files unused for a month: to keep data for longer, clone elsewhere.
    """
    tree, data = SHARED_FOLDER / "postgresql", instance.database_folder
    if account is not None and (tree.is_symlink() or not _can_enter(SHARED_FOLDER, account)):
        outside = Path("/var/tmp") / f"pulse-{sha256(str(REPOSITORY).encode()).hexdigest()[:12]}"  # noqa: S108 - checked
        _claim(outside)
        _link(tree, outside / "postgresql")
        _link(data, outside / instance.name)
    tree, data = tree.resolve(), data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(data, account.user_id, account.group_id)
    data.chmod(0o700)
    return tree, data


def _can_enter(folder: Path, account: Account) -> bool:
    """Whether another user can traverse the way to a folder, asked of the kernel as that user."""
    check = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        user=account.user_id,
        group=account.group_id,
        extra_groups=[],
        stderr=subprocess.DEVNULL,
        cwd="/",
        check=False,
    )
    return check.returncode == 0


def _claim(folder: Path) -> None:
    """Make a folder in a place where everybody may; refuse one that somebody else made first."""
    folder.mkdir(mode=0o755, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.geteuid():
        message = f"{folder} belongs to somebody else; remove it, or clone the repository outside of root's home."
        raise LocalError(message)
    folder.chmod(0o755)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        return
    if link.exists():
        shutil.move(link, target)
    link.symlink_to(target)


def _create(instance: Instance, tree: Path, data: Path, account: Account | None, password: str) -> None:
    """Make the data directory; one that an interruption left half made is made anew."""
    for leftover in data.iterdir():
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    password_file = data.parent / f"{data.name}.initdb"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if account is not None:
        os.chown(password_file, account.user_id, account.group_id)
    command = [
        str(executables(tree) / "initdb"),
        *("-D", str(data), "-U", OWNER, "-E", "UTF8", "--locale=C.UTF-8"),
        *("--auth=scram-sha-256", f"--pwfile={password_file}"),
        *(["--no-sync"] if instance.is_disposable else []),
    ]
    try:
        made = subprocess.run(
            command,
            user=account.user_id if account else None,
            group=account.group_id if account else None,
            extra_groups=[] if account else None,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd=data,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        password_file.unlink()
    if made.returncode != 0:
        message = f"initdb failed:\n{made.stdout}{made.stderr}"
        raise LocalError(message)


def _adopt(instance: Instance, data: Path) -> bool:
    """Take over a server that runs on this data directory although its run file is lost."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return False
    if port != instance.database_port or all(process.pid != pid for process in _servers_of(data)):
        return False
    if not ports.wait_until_open(port, seconds=5):
        return False
    processes.remember(instance, PROCESS, pid)
    return True


def _end_leftovers(data: Path) -> None:
    """After a killed postmaster: let its children go, then remove its lock.

    They notice within moments that their parent is gone. PostgreSQL would refuse to start while one of them is
    alive, and also when the pid in the lock belongs to somebody else by now.
    """
    _, alive = psutil.wait_procs(_servers_of(data), timeout=5)
    if alive:
        note(f"ending {len(alive)} processes of the database's earlier life")
        processes.end(alive, end_signal=signal.SIGQUIT, seconds=10)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _servers_of(data: Path) -> list[psutil.Process]:
    """PostgreSQL processes whose working directory is this data directory: each of them, and nobody else's."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and Path(process.cwd()) == data:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found
