"""Systems that let themselves be polled, on 127.0.0.1."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
import trustme

from local.instance import SHARED_FOLDER
from local.postgresql_packages import ensure_snmp_agent
from tests.builders import Fleet
from tests.integration.inbound import enable
from tests.integration.outbound.servers import local_destinations_allowed
from tests.integration.polling.snmp_agent import SnmpAgent, snmp_agent
from tests.integration.polling.ssh_server import SshServer, ssh_server
from tests.integration.polling.turns import Turns
from tests.integration.stack import Stack


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


@pytest.fixture
def turns(fleet: Fleet, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turns]:
    """Turns of a fresh tenant, which may ask 127.0.0.1, and whose addons that poll are enabled."""
    assert stack
    client = boto3.client("sqs")
    queues = [client.create_queue(QueueName=f"{name}-{uuid4()}")["QueueUrl"] for name in ("polls", "heard")]
    for name, queue in zip(("POLL_QUEUE_URL", "INBOUND_QUEUE_URL"), queues, strict=True):
        monkeypatch.setenv(name, queue)
    for addon_id in ("cisco_ios_ssh", "ups_mib_poll", "axis_camera"):
        enable(fleet, addon_id)
    with local_destinations_allowed(monkeypatch, plaintext=True):
        yield Turns(fleet, *queues)
    for queue in queues:
        client.delete_queue(QueueUrl=queue)
