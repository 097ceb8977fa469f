"""Whose notifications are kept, and what is answered."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import encoder
from pysnmp.proto.api import v1, v2c

from edge.gateway.configuration import Snmp
from edge.gateway.configuration import User as GatewayUser
from edge.gateway.counts import Counts
from edge.gateway.receiver import Receiver
from edge.gateway.refusals import Refusals
from edge.gateway.spool import Spool
from pulse.outbound.snmp_message import Trap, User, encode_trap
from pulse.snmp_security import Authentication, Privacy

NOON = datetime(2037, 11, 20, 12, tzinfo=UTC)
SWITCH = ("192.0.2.7", 50_000)
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1.7"
LOGIN = ("switches", "authpassword", "privpassword")


class Gateway:
    """A receiver with a spool of its own."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        user = GatewayUser(name=LOGIN[0], authentication_password=LOGIN[1], privacy_password=LOGIN[2])
        snmp = Snmp(**{"communities": ["public"], "users": [user], **changes})
        self.counts = Counts()
        self.spool = Spool(folder / "spool.db", max_events=5, max_bytes=1_000_000)
        self.refusals = Refusals(self.spool, lambda: None, lambda: NOON)
        self.receiver = Receiver(snmp, self.spool, self.counts, self.refusals, identity="acme:gw-1", clock=lambda: NOON)

    def receive(self, *datagrams: bytes, source: tuple[str, int] = SWITCH) -> list[bytes]:
        return [answer for answer, _ in self.receiver.receive([(each, source) for each in datagrams])]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [orjson.loads(event.body) for event in self.spool.oldest(limit=100, max_bytes=10**9)]

    def empty(self) -> None:
        self.spool.forget(self.spool.oldest(limit=100, max_bytes=10**9))


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path)
    yield gateway
    gateway.spool.close()


def notification(
    *values: tuple[str, Any], community: str = "public", oid: str | None = LINK_DOWN, inform: int | None = None
) -> bytes:
    """SNMPv2c."""
    pdu = v2c.TrapPDU() if inform is None else v2c.InformRequestPDU()
    v2c.apiPDU.set_defaults(pdu)
    if inform is not None:
        v2c.apiPDU.set_request_id(pdu, inform)
    said: list[tuple[Any, Any]] = [(v2c.ObjectIdentifier("1.3.6.1.2.1.1.3.0"), v2c.TimeTicks(100))]
    if oid is not None:
        said.append((v2c.ObjectIdentifier("1.3.6.1.6.3.1.1.4.1.0"), v2c.ObjectIdentifier(oid)))
    said += [(v2c.ObjectIdentifier(name), value) for name, value in values]
    v2c.apiPDU.set_varbinds(pdu, said)
    return _message(v2c, pdu, community)


def old_trap(agent: str = "192.0.2.99") -> bytes:
    """SNMPv1."""
    pdu = v1.TrapPDU()
    v1.apiTrapPDU.set_defaults(pdu)
    v1.apiTrapPDU.set_enterprise(pdu, (1, 3, 6, 1, 4, 1, 8072))
    v1.apiTrapPDU.set_agent_address(pdu, agent)
    v1.apiTrapPDU.set_generic_trap(pdu, "linkDown")
    return _message(v1, pdu, "public")


def _message(version: Any, pdu: Any, community: str) -> bytes:
    message = version.Message()
    version.apiMessage.set_defaults(message)
    version.apiMessage.set_community(message, community)
    version.apiMessage.set_pdu(message, pdu)
    return bytes(encoder.encode(message))


def of_user(
    *,
    authentication: Authentication = Authentication.SHA256,
    password: str = LOGIN[1],
    privacy: Privacy = Privacy.AES,
    engine: bytes = b"\x80\x00\x00\x00\x01abc",
) -> bytes:
    """SNMPv3."""
    user = User(engine, LOGIN[0], authentication, password, privacy, LOGIN[2])
    return encode_trap(user, Trap(oid=LINK_DOWN, values=[(IF_NAME, "ge-0/0/7")], time=NOON))


def test_an_event_has_all_but_the_community(gateway: Gateway) -> None:
    gateway.receive(notification((IF_NAME, v2c.OctetString("ge-0/0/7"))))
    [event] = gateway.events
    assert event.pop("message_id")
    assert event == {
        "kind": "trap",
        "received_at": "2037-11-20T12:00:00.000000Z",
        "version": "2c",
        "source_address": "192.0.2.7",
        "agent_address": "192.0.2.7",
        "trap_oid": LINK_DOWN,
        "uptime": 100,
        "varbinds": [{"oid": IF_NAME, "value": "ge-0/0/7"}],
    }


@pytest.mark.parametrize(("said", "agent"), [("192.0.2.99", "192.0.2.99"), ("0.0.0.0", "192.0.2.7")])  # noqa: S104 - nothing is bound
def test_a_trap_of_version_1_names_its_agent_unless_it_names_none(gateway: Gateway, said: str, agent: str) -> None:
    gateway.receive(old_trap(said))
    [event] = gateway.events
    assert (event["version"], event["generic_trap"], event["agent_address"]) == ("1", 2, agent)
    assert event["enterprise_oid"] == "1.3.6.1.4.1.8072"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (v2c.Integer32(-7), -7),
        (v2c.Counter64(2**63), 2**63),
        (v2c.OctetString(b"eth\xc3\xa9"), "ethé"),
        (v2c.OctetString(b"two\nlines"), "two\nlines"),
        (v2c.OctetString(b"\x00\x1b\xff"), "0x001bff"),
        (v2c.OctetString(b"x" * 5000), "x" * 4096),
        (v2c.IpAddress("192.0.2.1"), "192.0.2.1"),
        (v2c.ObjectIdentifier("1.3.6.1"), "1.3.6.1"),
        (v2c.Null(""), None),
    ],
)
def test_values_are_numbers_texts_and_oids(gateway: Gateway, value: Any, shown: Any) -> None:
    gateway.receive(notification((IF_NAME, value)))
    assert gateway.events[0]["varbinds"] == [{"oid": IF_NAME, "value": shown}]


def test_a_proxy_names_the_first_sender_and_the_community_that_it_heard_goes_no_further(gateway: Gateway) -> None:
    gateway.receive(
        notification(
            ("1.3.6.1.6.3.18.1.3.0", v2c.IpAddress("192.0.2.50")),
            ("1.3.6.1.6.3.18.1.4.0", v2c.OctetString("secret-community")),
        )
    )
    [event] = gateway.events
    assert (event["agent_address"], event["varbinds"]) == ("192.0.2.50", [])


def test_an_inform_is_answered_when_it_is_kept_and_counts_once_though_it_is_sent_again(gateway: Gateway) -> None:
    first, again = (gateway.receive(notification(inform=77)) for _ in range(2))
    assert len(first) == 1
    assert first == again
    assert len(gateway.events) == 1
    gateway.receive(notification(inform=77), source=("192.0.2.8", 50_000))
    assert len(gateway.events) == 2


def test_a_full_spool_leaves_informs_unanswered_and_counts(gateway: Gateway) -> None:
    answers = gateway.receive(*(notification(inform=number) for number in range(7)))
    assert (len(answers), len(gateway.events)) == (5, 5)
    assert (gateway.counts.traps_received, gateway.counts.traps_refused) == (7, 2)


@pytest.mark.parametrize(
    "datagram",
    [notification(community="guess"), of_user(password="wrongpassword")],
    ids=["a guessed community", "a wrong password"],
)
def test_who_does_not_know_the_secret_is_not_heard(gateway: Gateway, datagram: bytes) -> None:
    assert gateway.receive(datagram) == []
    assert (gateway.events, gateway.counts.datagrams_unknown) == ([], 1)


def test_who_is_outside_the_allowed_networks_is_not_heard(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, allowed_networks=["10.0.0.0/8"])
    gateway.receive(notification())
    gateway.receive(notification(), source=("10.1.2.3", 1))
    gateway.receive(notification(), source=("::ffff:10.1.2.3", 1))
    assert (len(gateway.events), gateway.counts.datagrams_unknown) == (2, 1)
    gateway.spool.close()


def test_a_user_is_heard_from_any_engine(gateway: Gateway) -> None:
    gateway.receive(of_user(), of_user(engine=b"\x80\x00\x00\x00\x01xyz"), of_user())
    assert [event["version"] for event in gateway.events] == ["3", "3", "3"]


@pytest.mark.parametrize(
    "datagram",
    [
        of_user(privacy=Privacy.NONE),
        of_user(authentication=Authentication.NONE, privacy=Privacy.NONE),
        of_user(authentication=Authentication.SHA),
    ],
)
def test_less_protection_than_the_user_has_is_not_enough(gateway: Gateway, datagram: bytes) -> None:
    gateway.receive(of_user())
    assert len(gateway.events) == 1
    gateway.receive(datagram)
    assert len(gateway.events) == 1


@pytest.mark.parametrize(
    ("authentication", "privacy"), [*zip([*list(Authentication)[1:], Authentication.SHA], Privacy, strict=True)]
)
def test_every_protocol_is_known(tmp_path: Path, authentication: Authentication, privacy: Privacy) -> None:
    user = GatewayUser(
        name=LOGIN[0],
        authentication=authentication,
        authentication_password=LOGIN[1],
        privacy=privacy,
        privacy_password=None if privacy is Privacy.NONE else LOGIN[2],
    )
    gateway = Gateway(tmp_path, users=[user])
    gateway.receive(of_user(authentication=authentication, privacy=privacy))
    assert len(gateway.events) == 1
    gateway.spool.close()


@pytest.mark.parametrize(
    "datagram",
    [b"", b"\x30", b"hello\n", b"GET / HTTP/1.1", b"\x30\x80" * 2000, notification(oid=None), notification()[:-3]],
    ids=["nothing", "one byte", "a port scan", "another protocol", "endless nesting", "no identity", "cut off"],
)
def test_what_is_no_notification_is_counted_and_fills_no_log(
    gateway: Gateway, datagram: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert gateway.receive(datagram) == []
    assert (gateway.events, gateway.counts.datagrams_invalid) == ([], 1)
    assert caplog.records == []


WHOLE = [notification(), notification(inform=1), old_trap(), of_user(), b""]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_datagram_ends_it(gateway: Gateway, data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(WHOLE))
    spoilt = bytearray(whole)
    for place, octet in data.draw(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=8)):
        if place < len(spoilt):
            spoilt[place] = octet
    gateway.receive(bytes(spoilt)[: data.draw(st.integers(0, 400))] + data.draw(st.binary(max_size=30)))
    gateway.empty()
    gateway.receive(WHOLE[0], source=("192.0.2.9", 1))
    assert [event["source_address"] for event in gateway.events] == ["192.0.2.9"]
    gateway.empty()
