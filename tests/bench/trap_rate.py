"""How many notifications a second the site gateway takes, and how many become alerts, through gateway and cloud."""

import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
import psycopg
from pyasn1.codec.ber import encoder
from pysnmp.proto.api import v2c

from edge.gateway.configuration import Snmp, User
from edge.gateway.counts import Counts
from edge.gateway.receiver import Receiver
from edge.gateway.refusals import Refusals
from edge.gateway.spool import Spool
from local.demo_devices import device_files, ensure_certificate
from local.instance import Instance, chosen_instance
from pulse.devices.topics import device_topic, thing_name
from pulse.outbound import snmp_message
from pulse.snmp_security import Authentication, Privacy
from tests.bench.figure import Figure, UnavailableError
from tests.builders import ACTOR, Fleet
from tests.deployed import deployed_stack
from tests.integration.site_gateway import COMMUNITY, LINK_DOWN, SiteGateway
from tests.integration.stack import Stack

_TRAPS: Final = 2_000
_TRAPS_OF_USERS: Final = 300
_AT_ONCE: Final = 100
_PATIENCE_SECONDS: Final = 120
_PASSWORDS: Final = ("authpassword", "privpassword")
_AGAINST: Final = "traps a second that a large site's switches send in a storm"
_STORM: Final = 100.0


def measure() -> Iterator[Figure]:
    """The gateway's receiver with its spool alone, then all the way."""
    yield _alone("SNMPv2c", [_trap(port) for port in range(_TRAPS)])
    yield _alone("SNMPv3 authPriv", [_trap_of_user(port) for port in range(_TRAPS_OF_USERS)])
    instance = chosen_instance(os.environ)
    if not (instance.is_disposable and instance.stack_file.exists()):
        message = "the way through the cloud needs a test instance that is up: `make bench` brings one up"
        raise UnavailableError(message)
    with deployed_stack(instance) as stack, ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        database = opened.enter_context(psycopg.connect(stack.database_url, autocommit=True))
        fleet = Fleet()
        gateway = opened.enter_context(
            SiteGateway(folder, _bundle(folder, instance, stack, fleet, database), max_per_second=100_000)
        )
        yield _through(gateway, fleet, database)


def _alone(name: str, datagrams: Sequence[bytes]) -> Figure:
    user = User(name="switches", authentication_password=_PASSWORDS[0], privacy_password=_PASSWORDS[1])
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder, "spool.db"), max_events=1_000_000, max_bytes=10**9)
        snmp, counts = Snmp(communities=[COMMUNITY], users=[user], max_per_second=100_000), Counts()
        refusals = Refusals(spool, lambda: None, _now)
        receiver = Receiver(snmp, spool, counts, refusals, identity="bench", clock=_now)
        began = time.perf_counter()
        for some in batched(datagrams, _AT_ONCE, strict=False):
            receiver.receive([(datagram, ("192.0.2.7", 50_000)) for datagram in some])
        taken = time.perf_counter() - began
        assert spool.events == len(datagrams), counts
        spool.close()
    return Figure(f"trap_rate, {name} on disk in the gateway", len(datagrams) / taken, "/s", _STORM, _AGAINST)


def _now() -> datetime:
    return datetime.now(UTC)


def _through(gateway: SiteGateway, fleet: Fleet, database: psycopg.Connection[Any]) -> Figure:
    """Traps of different interfaces, no faster than the gateway takes them off its socket, until all are alerts."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", gateway.port))
        _wait_for_alerts(sender, [_trap(_TRAPS)], 1, fleet, database)  # the first finds every memory empty
        began = time.perf_counter()
        _wait_for_alerts(sender, [_trap(port) for port in range(_TRAPS)], _TRAPS + 1, fleet, database)
        taken = time.perf_counter() - began
    return Figure("trap_rate, SNMPv2c to alerts, gateway and cloud", _TRAPS / taken, "/s", _STORM, _AGAINST)


def _wait_for_alerts(
    sender: socket.socket, traps: Sequence[bytes], wanted: int, fleet: Fleet, database: psycopg.Connection[Any]
) -> None:
    for some in batched(traps, _AT_ONCE, strict=False):
        for trap in some:
            sender.send(trap)
        time.sleep(0.1)
    give_up_at = time.perf_counter() + _PATIENCE_SECONDS
    while (found := _count_alerts(fleet, database)) < wanted:
        if time.perf_counter() > give_up_at:
            message = f"{wanted - found} of {wanted} traps never became alerts"
            raise RuntimeError(message)
        time.sleep(0.05)


def _count_alerts(fleet: Fleet, database: psycopg.Connection[Any]) -> int:
    query = "SELECT count(*) FROM alerts WHERE tenant_id = %s AND type = 'LINK_DOWN'"
    row = database.execute(query, (fleet.tenant_id,)).fetchone()
    assert row is not None
    return int(row[0])


def _bundle(folder: Path, instance: Instance, stack: Stack, fleet: Fleet, database: psycopg.Connection[Any]) -> Path:
    """A gateway's credential, in a tenant that has SNMP enabled and no limit of alerts."""
    fleet.add_device("gw-1")
    ensure_certificate(instance, fleet.tenant_id, "gw-1", frozenset(), actor=ACTOR)
    database.execute(
        "INSERT INTO tenant_addons (tenant_id, addon_id, enabled) VALUES (%s, 'snmp_generic', true)",
        (fleet.tenant_id,),
    )
    database.execute(
        "INSERT INTO tenant_limits (tenant_id, name, rates) VALUES (%s, 'alerts_tenant', '100000:1')",
        (fleet.tenant_id,),
    )
    files, broker = device_files(instance, fleet.tenant_id, "gw-1"), stack.description["mqtt"]
    config = {
        "tenant_id": fleet.tenant_id,
        "device_id": "gw-1",
        "client_id": thing_name(fleet.tenant_id, "gw-1"),
        "host": broker["host"],
        "port": broker["port"],
        "telemetry_topic": device_topic(fleet.tenant_id, "gw-1", "telemetry"),
        "certificate_file": str(Path(files.certificate_file).absolute()),
        "private_key_file": str(Path(files.key_file).absolute()),
        "certificate_authority_file": str(Path(broker["ca_file"]).absolute()),
    }
    (folder / "config.json").write_bytes(orjson.dumps(config))
    return folder


def _trap(port: int) -> bytes:
    pdu = v2c.TrapPDU()
    v2c.apiTrapPDU.set_defaults(pdu)
    names: list[tuple[Any, Any]] = [
        (v2c.ObjectIdentifier("1.3.6.1.2.1.1.3.0"), v2c.TimeTicks(100)),
        (v2c.ObjectIdentifier("1.3.6.1.6.3.1.1.4.1.0"), v2c.ObjectIdentifier(LINK_DOWN)),
        (v2c.ObjectIdentifier(f"1.3.6.1.2.1.2.2.1.1.{port + 1}"), v2c.Integer32(port + 1)),
    ]
    v2c.apiTrapPDU.set_varbinds(pdu, names)
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, COMMUNITY)
    v2c.apiMessage.set_pdu(message, pdu)
    return bytes(encoder.encode(message))


def _trap_of_user(port: int) -> bytes:
    user = snmp_message.User(
        b"\x80\x00\x00\x00\x01bench",
        "switches",
        Authentication.SHA256,
        _PASSWORDS[0],
        Privacy.AES,
        _PASSWORDS[1],
    )
    values = [(f"1.3.6.1.2.1.2.2.1.1.{port + 1}", port + 1)]
    return snmp_message.encode_trap(user, snmp_message.Trap(oid=LINK_DOWN, values=values, time=datetime.now(UTC)))
