"""A site gateway as a process, and net-snmp's programs that speak to it."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Self

from local.instance import SHARED_FOLDER
from local.postgresql_packages import ensure_snmp_programs
from tests.integration.stack import wait_for

COMMUNITY = "quiet-7"
USER = ("-v3", "-u", "switches", "-a", "SHA-256", "-A", "authpassword", "-x", "AES", "-X", "privpassword")
LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
PATIENCE = 90


class SiteGateway:
    """`python -m edge.gateway`, which a test may stop, kill and start again."""

    def __init__(self, folder: Path, bundle: Path, *, max_per_second: int = 100, **spool: int) -> None:
        self.folder = folder
        self.port = _free_port()
        self._log = folder / "gateway.log"
        limits = "".join(f"{name} = {value}\n" for name, value in spool.items())
        self.configuration = folder / "gateway.toml"
        self.configuration.write_text(f"""
[credential]
folder = "{bundle}"
[spool]
file = "spool.db"
{limits}
[snmp]
communities = ["{COMMUNITY}"]
allowed_networks = ["127.0.0.0/8"]
max_per_second = {max_per_second}
[[snmp.users]]
name = "switches"
authentication = "SHA256"
authentication_password = "authpassword"
privacy = "AES"
privacy_password = "privpassword"
[[listen]]
address = "127.0.0.1"
port = {self.port}
[health]
interval_seconds = 1
""")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        said = self.log.count("gateway_listening")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "edge.gateway", "run", str(self.configuration)],
                env=environment,
                stderr=log,
            )
        wait_for(lambda: self.log.count("gateway_listening") > said, what="the gateway", seconds=PATIENCE)

    def stop(self) -> int:
        """Ask it to stop; how it ended."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=60)

    def kill(self) -> None:
        """End it without asking."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=60)

    @property
    def log(self) -> str:
        """What it has said."""
        return self._log.read_text() if self._log.exists() else ""

    def trap(self, oid: str = LINK_DOWN, *, port: int = 7, sender: Sequence[str] = ("-v2c", "-c", COMMUNITY)) -> None:
        """Send a notification of an interface with `snmptrap`."""
        self._send("snmptrap", sender, ["", oid, *_interface(port)])

    def old_trap(self, generic: int, *, port: int = 7, agent: str = "192.0.2.99") -> None:
        """Send a generic trap of SNMPv1: 2 is link down, 3 is link up."""
        words = ["1.3.6.1.4.1.8072.3.2.10", agent, str(generic), "0", ""]
        self._send("snmptrap", ["-v1", "-c", COMMUNITY], [*words, *_interface(port)])

    def inform(self, oid: str = LINK_DOWN, *, port: int = 7, seconds: int = 60) -> bool:
        """Send an inform; whether the gateway has acknowledged it."""
        return self._send(
            "snmpinform",
            ["-v2c", "-c", COMMUNITY, "-r", "0", "-t", str(seconds)],
            ["", oid, *_interface(port)],
            check=False,
        )

    def _send(self, program: str, sender: Sequence[str], words: Sequence[str], *, check: bool = True) -> bool:
        command = [str(_programs() / program), "-m", "", *sender, f"127.0.0.1:{self.port}", *words]
        environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(self.folder)}
        done = subprocess.run(command, capture_output=True, check=False, env=environment)
        assert done.returncode == 0 or not check, done.stderr.decode()
        return done.returncode == 0


@cache
def _programs() -> Path:
    return ensure_snmp_programs((SHARED_FOLDER / "postgresql").resolve().with_name("net-snmp"))


def _interface(port: int) -> list[str]:
    return [f"1.3.6.1.2.1.2.2.1.1.{port}", "i", str(port), f"1.3.6.1.2.1.31.1.1.1.1.{port}", "s", f"ge-0/0/{port}"]


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
