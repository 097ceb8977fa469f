"""A real PgBouncer in transaction mode with one server connection, before one database."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from local import ports
from local.instance import SHARED_FOLDER
from local.postgresql_packages import ensure_pooler

# A client's password is not looked at: what is tested is what the clients do to each other.
_CONFIGURATION = """
[databases]
{name} = host={host} port={port} dbname={name} user={user} password={password}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
max_client_conn = 50
max_prepared_statements = 0
"""


@contextmanager
def pooler_before(url: str) -> Iterator[str]:
    """The address that leads through the pooler to the same login and database. Raises LocalError without one."""
    executable = ensure_pooler((SHARED_FOLDER / "postgresql").resolve().with_name("pgbouncer"))
    server = urlsplit(url)
    listen_port = _free_port()
    # Not pytest's folder, which nobody else may enter: as root, PgBouncer refuses to run.
    folder = Path(tempfile.mkdtemp(prefix="pulse-pooler-"))
    account = _account()
    file = folder / "pgbouncer.ini"
    file.write_text(
        _CONFIGURATION.format(
            name=server.path.lstrip("/"),
            host=server.hostname,
            port=server.port,
            user=server.username,
            password=unquote(server.password or ""),
            listen_port=listen_port,
        )
    )
    file.chmod(0o600)
    if account is not None:
        os.chown(folder, account, -1)
        os.chown(file, account, -1)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [executable, str(file)], user=account, extra_groups=None, cwd=folder, stdout=log, stderr=log
        )
    try:
        assert ports.wait_until_open(listen_port, seconds=60), (folder / "log").read_text()
        yield urlunsplit(server._replace(netloc=f"{server.username}@127.0.0.1:{listen_port}"))
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _account() -> int | None:
    """Whom to run it as: ourselves, unless we are root."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
