"""Systems that let themselves be polled, on 127.0.0.1."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from local.instance import SHARED_FOLDER
from local.postgresql_packages import ensure_snmp_agent
from tests.integration.polling.snmp_agent import SnmpAgent, snmp_agent
from tests.integration.polling.ssh_server import SshServer, ssh_server


@pytest.fixture(scope="session")
def snmpd() -> Path:
    """net-snmp's agent, of Debian."""
    return ensure_snmp_agent((SHARED_FOLDER / "postgresql").resolve().with_name("snmpd"))


@pytest.fixture(scope="session")
def agent(snmpd: Path) -> Iterator[SnmpAgent]:
    """An agent that answers."""
    with snmp_agent(snmpd) as agent:
        yield agent


@pytest.fixture(scope="session")
def shell() -> Iterator[SshServer]:
    """An SSH server."""
    with ssh_server() as server:
        yield server


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who vouches for servers that nobody here trusts."""
    return trustme.CA()
