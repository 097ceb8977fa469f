"""net-snmp's snmpd on 127.0.0.1, with a community, a user of version 3, and values that a test can change."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.outbound.servers import free_port

COMMUNITY = "plant-7"
USER, AUTH_PASSWORD, PRIV_PASSWORD = "pulse", "authenticate me", "encrypt me, please"
SCALAR = "1.3.6.1.4.1.99999.7.1.0"
TABLE = "1.3.6.1.4.1.99999.8.1"
UPS = "1.3.6.1.2.1.33"


@dataclass(slots=True)
class SnmpAgent:
    """Where it is, and the file that its own values are in: a line `oid type value` for each, in order."""

    port: int
    values: Path

    def set_values(self, *lines: str) -> None:
        """Have it answer these from now on."""
        self.values.write_text("".join(f"{line}\n" for line in lines))


# What net-snmp's pass protocol asks: -g is a get, -n a getnext, and the answer is three lines or nothing.
_PASS = """#!/bin/sh
awk -v what="$1" -v asked="$2" '
function after(a, b,    x, y, i, n, m) {
    n = split(a, x, "."); m = split(b, y, ".")
    for (i = 1; i <= n && i <= m; i++) if (x[i] + 0 != y[i] + 0) return x[i] + 0 > y[i] + 0
    return n > m
}
{ oid = "." $1 }
(what == "-g" && oid == asked) || (what == "-n" && after(oid, asked)) {
    print oid; print $2; $1 = ""; $2 = ""; sub(/^ +/, ""); print; exit
}' __VALUES__
"""


@contextmanager
def snmp_agent(snmpd: Path) -> Iterator[SnmpAgent]:
    """An agent that runs until the block ends."""
    with tempfile.TemporaryDirectory(prefix="pulse-snmpd-") as name:
        folder = Path(name)
        values, script = folder / "values", folder / "pass"
        script.write_text(_PASS.replace("__VALUES__", str(values)))
        script.chmod(0o755)
        agent = SnmpAgent(free_port(), values)
        agent.set_values(f"{SCALAR} integer 1")
        (folder / "snmpd.conf").write_text(
            f"rocommunity {COMMUNITY} 127.0.0.1\n"
            f'createUser {USER} SHA-256 "{AUTH_PASSWORD}" AES "{PRIV_PASSWORD}"\n'
            f"rouser {USER} authpriv\n"
            f"pass .1.3.6.1.4.1.99999 {script}\n"
            f"pass .{UPS} {script}\n"
        )
        command = [
            str(snmpd),
            "-f",
            "-Lo",
            "-C",
            "-c",
            "snmpd.conf",
            "-I",
            "-smux,-dlmod",
            f"udp:127.0.0.1:{agent.port}",
        ]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdout=log,
                stderr=log,
                env={"SNMP_PERSISTENT_DIR": name, "PATH": "/usr/bin:/bin", "SNMPCONFPATH": name},
            )
            try:
                yield agent
            finally:
                process.terminate()
                process.wait()
