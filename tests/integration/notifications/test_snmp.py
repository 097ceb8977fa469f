"""The channel to a management system that receives SNMP traps, and the MIB that tells it what they mean."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyasn1.codec.ber.decoder import decode
from pysmi.codegen import PySnmpCodeGen
from pysmi.compiler import MibCompiler
from pysmi.parser import SmiV2Parser
from pysmi.reader import CallbackReader, FileReader
from pysmi.writer import PyFileWriter
from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message
from pysnmp.smi.builder import DirMibSource, MibBuilder
from pysnmp.smi.view import MibViewController

from pulse import clock
from pulse.notifications.channels.snmp.channel import SnmpKind
from pulse.notifications.channels.snmp.config import SnmpConfig
from pulse.notifications.notice import NoticeEvent
from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.outbound.snmp_message import ENGINE_START
from tests.integration.outbound.servers import local_destinations_allowed
from tests.integration.outbound.snmp_receiver import (
    AUTH_PASSWORD,
    COMMUNITY,
    PRIV_PASSWORD,
    TrapReceiver,
    trap_receiver,
)
from tests.unit.notifications.builders import ALERT_ID, NOTICE_ID, make_notice

PREFIX = "1.3.6.1.4.1.99999"
ROOT = tuple(int(part) for part in PREFIX.split("."))
# What modules import from the standards, as far as names are resolved by it.
STANDARD_MODULES = {
    "SNMPv2-SMI": """
        SNMPv2-SMI DEFINITIONS ::= BEGIN
        org OBJECT IDENTIFIER ::= { iso 3 }
        dod OBJECT IDENTIFIER ::= { org 6 }
        internet OBJECT IDENTIFIER ::= { dod 1 }
        private OBJECT IDENTIFIER ::= { internet 4 }
        enterprises OBJECT IDENTIFIER ::= { private 1 }
        END
    """,
    "SNMPv2-TC": "SNMPv2-TC DEFINITIONS ::= BEGIN END",
    "SNMPv2-CONF": "SNMPv2-CONF DEFINITIONS ::= BEGIN END",
}


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrapReceiver]:
    """A receiver, where the operator lets traps be sent in the clear."""
    with local_destinations_allowed(monkeypatch, plaintext=True), trap_receiver() as manager:
        yield manager


def version_2c(manager: TrapReceiver, **changes: Any) -> SnmpConfig:
    fields = {"host": "127.0.0.1", "port": manager.port, "version": "v2c", "community": COMMUNITY, **changes}
    return SnmpConfig.model_validate(fields)


def version_3(manager: TrapReceiver, authentication: str, privacy: str, **changes: Any) -> SnmpConfig:
    fields = {
        "host": "127.0.0.1",
        "port": manager.port,
        "username": "pulse",
        "auth_protocol": authentication,
        "auth_password": None if authentication == "none" else AUTH_PASSWORD,
        "priv_protocol": privacy,
        "priv_password": None if privacy == "none" else PRIV_PASSWORD,
        **changes,
    }
    return SnmpConfig.model_validate(fields)


def test_a_trap_carries_what_the_mib_says(manager: TrapReceiver) -> None:
    sent = SnmpKind().send(version_2c(manager), make_notice(summary="zu warm: 9 °C"), None)
    assert (sent.status, sent.answer) == (None, "sent; traps are not acknowledged")
    trap, _ = manager.take()
    assert trap is not None
    assert trap.oid == f"{PREFIX}.0.1"
    assert trap.values == {
        f"{PREFIX}.1.1.0": str(ALERT_ID),
        f"{PREFIX}.1.2.0": "freezer-1",
        f"{PREFIX}.1.3.0": "acme",
        f"{PREFIX}.1.4.0": 4,
        f"{PREFIX}.1.5.0": "[HIGH] Opened: zu warm: 9 °C (freezer-1)",
        f"{PREFIX}.1.6.0": "2026-11-20T12:05:00.000000Z",
        f"{PREFIX}.1.7.0": "THRESHOLD",
        f"{PREFIX}.1.8.0": "opened",
        f"{PREFIX}.1.9.0": "hall-a",
        f"{PREFIX}.1.10.0": str(NOTICE_ID),
    }


@pytest.mark.parametrize(
    ("event", "number"),
    [
        (NoticeEvent.OPENED, 1),
        (NoticeEvent.ESCALATED, 1),
        (NoticeEvent.ACKNOWLEDGED, 2),
        (NoticeEvent.CLOSED, 3),
        (NoticeEvent.TEST, 4),
    ],
)
def test_an_alert_is_raised_acknowledged_and_cleared(manager: TrapReceiver, event: NoticeEvent, number: int) -> None:
    SnmpKind().send(version_2c(manager, oid_prefix="1.3.6.1.4.1.5.7"), make_notice(event), None)
    trap, _ = manager.take()
    assert trap is not None
    assert trap.oid == f"1.3.6.1.4.1.5.7.0.{number}"


@pytest.mark.parametrize(
    ("authentication", "privacy"),
    [
        ("none", "none"),
        *((authentication, "none") for authentication in ("MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512")),
        *(("SHA256", privacy) for privacy in ("DES", "AES", "AES192", "AES256", "AES192C", "AES256C")),
        ("MD5", "DES"),
        ("SHA512", "AES256"),
    ],
)
def test_version_3_is_admitted_with_every_algorithm(manager: TrapReceiver, authentication: str, privacy: str) -> None:
    manager.agree("pulse", authentication, privacy)
    sent = SnmpKind().send(version_3(manager, authentication, privacy), make_notice(), None)
    assert sent.answer.endswith("engine id 8001869f0461636d65")
    trap, datagram = manager.take()
    assert trap is not None
    assert trap.values[f"{PREFIX}.1.1.0"] == str(ALERT_ID)
    assert (str(ALERT_ID).encode() in datagram) == (privacy == "none")


def test_a_trap_that_is_signed_with_another_password_is_dropped(manager: TrapReceiver) -> None:
    manager.agree("pulse", "SHA256")
    SnmpKind().send(version_3(manager, "SHA256", "none", auth_password="some other password"), make_notice(), None)
    assert manager.take()[0] is None


def test_what_one_function_instance_sends_is_not_late_after_another(manager: TrapReceiver) -> None:
    manager.agree("pulse", "SHA256")
    for _ in range(2):  # each has an engine of its own, as function instances have
        SnmpKind().send(version_3(manager, "SHA256", "none"), make_notice(), None)
        trap, datagram = manager.take()
        assert trap is not None
        security = decode(bytes(decode(datagram, asn1Spec=SNMPv3Message())[0][2]))[0]
        boots, seconds = int(security[1]), int(security[2])
        assert boots == 1
        assert seconds == pytest.approx((clock.now() - ENGINE_START).total_seconds(), abs=60)


def test_a_host_on_which_nobody_listens_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with local_destinations_allowed(monkeypatch, plaintext=True):
        with trap_receiver() as manager:
            config = version_2c(manager)
        with pytest.raises(OutboundError, match="nobody listens") as caught:
            SnmpKind().send(config, make_notice(), None)
    assert not caught.value.permanent


@pytest.mark.usefixtures("local_destinations")
def test_what_anybody_on_the_way_could_read_is_refused_unless_the_operator_allows_it() -> None:
    with trap_receiver() as manager:
        manager.agree("pulse", "SHA256", "AES")
        for config in (version_2c(manager), version_3(manager, "SHA256", "none")):
            with pytest.raises(RefusedDestinationError, match="without a priv_protocol, is not allowed here"):
                SnmpKind().check(config)
            with pytest.raises(RefusedDestinationError):
                SnmpKind().send(config, make_notice(), None)
        encrypted = version_3(manager, "SHA256", "AES")
        SnmpKind().check(encrypted)
        SnmpKind().send(encrypted, make_notice(), None)
        assert manager.take()[0] is not None


def test_a_private_receiver_is_refused() -> None:
    fields = {"host": "10.0.0.8", "username": "pulse", "auth_protocol": "SHA256", "auth_password": AUTH_PASSWORD}
    config = SnmpConfig.model_validate({**fields, "priv_protocol": "AES", "priv_password": PRIV_PASSWORD})
    with pytest.raises(RefusedDestinationError, match="private"):
        SnmpKind().check(config)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"version": "v2c"}, "needs a community"),
        ({"version": "v2c", "community": "a", "username": "b"}, "nothing of version v3"),
        ({}, "needs a username"),
        ({"username": "a", "community": "b"}, "has no community"),
        ({"username": "a", "auth_protocol": "SHA"}, "auth_protocol and auth_password belong together"),
        ({"username": "a", "auth_password": "12345678"}, "auth_protocol and auth_password belong together"),
        (
            {"username": "a", "auth_protocol": "SHA", "auth_password": "12345678", "priv_protocol": "AES"},
            "priv_protocol and priv_password belong together",
        ),
        ({"username": "a", "priv_protocol": "AES", "priv_password": "12345678"}, "needs an auth_protocol"),
        ({"username": "a", "auth_protocol": "SHA", "auth_password": "1234567"}, "at least 8 characters"),
        ({"username": "a", "engine_id": "80"}, "engine_id"),
        ({"username": "a", "oid_prefix": "1.3.6.1.4.1.099"}, "oid_prefix"),
    ],
)
def test_what_does_not_belong_together_is_refused(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        SnmpConfig.model_validate({"host": "nms.example", **fields})


def test_a_manager_that_has_read_the_mib_knows_every_trap_by_name(tmp_path: Path) -> None:
    compiler = MibCompiler(SmiV2Parser(tempdir=str(tmp_path)), PySnmpCodeGen(), PyFileWriter(str(tmp_path)))
    compiler.add_sources(FileReader("docs/mibs"), CallbackReader(lambda name, _: STANDARD_MODULES[name]))
    compiled = compiler.compile("PULSE-ALERT-MIB", noDeps=True)
    assert compiled["PULSE-ALERT-MIB"] == "compiled"
    builder = MibBuilder()
    builder.add_mib_sources(DirMibSource(str(tmp_path)))
    builder.load_modules("PULSE-ALERT-MIB")
    view = MibViewController(builder)

    def name_of(*below: int) -> str:
        _, label, rest = view.get_node_name((*ROOT, *below))
        assert rest in ((), (0,))
        return str(label[-1])

    assert [name_of(0, number) for number in range(1, 5)] == [
        "pulseAlertRaised",
        "pulseAlertAcknowledged",
        "pulseAlertCleared",
        "pulseAlertTest",
    ]
    objects = [name_of(1, number, 0) for number in range(1, 11)]
    assert objects[:6] == [
        "pulseAlertId",
        "pulseAlertDevice",
        "pulseAlertTenant",
        "pulseAlertSeverity",
        "pulseAlertMessage",
        "pulseAlertTime",
    ]
    (raised,) = builder.import_symbols("PULSE-ALERT-MIB", "pulseAlertRaised")
    assert [name for _, name in raised.getObjects()] == objects
