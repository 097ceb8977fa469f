"""SNMPv3: users with passwords (RFC 3414), by pysnmp's engine.

Of a trap the sender's engine is the one whose keys and clock count. pysnmp knows a user with one engine at a time, so a
user is introduced with each engine that sends in its name, and stays known there once a message has proved genuine. Of
an inform the gateway's own engine counts: its boots go up with each start.
"""

import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from pyasn1.codec.ber import decoder
from pysnmp.carrier.asyncio.dgram.udp import UdpTransportAddress
from pysnmp.carrier.base import AbstractTransport, AbstractTransportDispatcher
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413.ntfrcv import NotificationReceiver
from pysnmp.proto import rfc3411
from pysnmp.proto.api import v2c
from pysnmp.proto.mpmod.rfc3412 import SNMPv3Message
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters

from edge.gateway.configuration import User
from edge.gateway.notification import Notification, from_variables
from edge.gateway.snmp_values import value_of
from pulse.snmp_security import AUTHENTICATION_IDS, PRIVACY_IDS, Authentication, Privacy

MOST_ENGINES = 10_000
_ENTERPRISE = 99999
_OCTETS = 5  # the format of an engine's id (RFC 3411, SnmpEngineID)

type Take = Callable[[Notification, int | None], bool]
"""Keeps a notification, of an inform with its request's id; whether it has it."""

type Reply = tuple[bytes, Any]


class _Secret(NamedTuple):
    """A user with keys that are made of the passwords once: that takes a megabyte of hashing each."""

    authentication: Any
    authentication_key: Any
    privacy: Any
    privacy_key: Any
    level: int


class _Replies(AbstractTransport):  # type: ignore[misc] # pysnmp has no types
    """In the place of a socket: keeps what is to be sent."""

    PROTO_TRANSPORT_DISPATCHER = AbstractTransportDispatcher
    ADDRESS_TYPE = UdpTransportAddress

    def __init__(self) -> None:
        self.kept: list[Reply] = []

    def send_message(self, outgoingMessage: bytes, address: Any) -> None:  # noqa: N803 - pysnmp's name for it
        self.kept.append((bytes(outgoingMessage), tuple(address)))


class _Receiver(NotificationReceiver):  # type: ignore[misc] # pysnmp has no types
    """Acknowledges an inform only when somebody has kept it."""

    def __init__(self, engine: SnmpEngine, users: "UserMessages") -> None:
        super().__init__(engine, lambda *_: None)
        self._users = users

    def process_pdu(self, engine: SnmpEngine, *arguments: Any) -> None:
        model, _, name, level, *_, pdu, _, reference = arguments
        is_inform = pdu.tagSet in rfc3411.CONFIRMED_CLASS_PDUS
        if self._users.accept(str(name), int(level), pdu, is_inform=is_inform) and is_inform:
            super().process_pdu(engine, *arguments)
        elif is_inform:
            engine.message_processing_subsystems[model].release_state_information(reference)


class UserMessages:
    """The users that are known, and the engine that their messages go through."""

    def __init__(self, users: Sequence[User], *, identity: str, boots: int, take: Take) -> None:
        self._take = take
        self._source = ""
        self._accepted = False
        self._engine = SnmpEngine()
        names = ("snmpEngineID", "snmpEngineBoots", "snmpEngineTime")
        own_id, own_boots, own_time = self._engine.get_mib_builder().import_symbols("__SNMP-FRAMEWORK-MIB", *names)
        own_id.syntax = own_id.syntax.clone(
            (0x80000000 | _ENTERPRISE).to_bytes(4) + bytes([_OCTETS]) + sha256(identity.encode()).digest()[:16]
        )
        self._engine.snmpEngineID = own_id.syntax
        own_boots.syntax = own_boots.syntax.clone(boots)
        own_time.syntax = own_time.syntax.clone(int(time.time()))  # what the engine's time is counted from
        self._own_id = bytes(own_id.syntax)
        self._replies = _Replies()
        self._dispatcher = AbstractTransportDispatcher()
        self._engine.register_transport_dispatcher(self._dispatcher)
        config.add_transport(self._engine, config.SNMP_UDP_DOMAIN, self._replies)
        self._secrets = {user.name: _secret(user) for user in users}
        self._introduced: set[tuple[bytes, str]] = set()
        for name in self._secrets:
            self._introduce(self._own_id, name)
        _Receiver(self._engine, self)

    def read(self, datagram: bytes, source: tuple[str, int]) -> tuple[bool, list[Reply]]:
        """Take a datagram: whether it was a notification that is kept now, and what is to be answered.

        Whatever pysnmp raises for what is no message goes through.
        """
        engine_id, name = _sender(datagram)
        self._dispatcher.handle_timer_tick(time.time())
        self._source, self._accepted, self._replies.kept = source[0], False, []
        is_new = self._is_to_be_introduced(engine_id, name)
        if is_new:
            self._introduce(engine_id, name)
        try:
            self._engine.message_dispatcher.receive_message(
                self._engine, config.SNMP_UDP_DOMAIN, UdpTransportAddress(source), datagram
            )
        finally:
            if is_new and not self._accepted:
                config.delete_v3_user(self._engine, name, v2c.OctetString(engine_id))
                self._introduced.discard((engine_id, name))
        return self._accepted, self._replies.kept

    def accept(self, name: str, level: int, pdu: Any, *, is_inform: bool) -> bool:
        """Keep a genuine notification, unless it came with less protection than its user has."""
        secret = self._secrets.get(name)
        if secret is None or level < secret.level:
            return False
        variables = ((str(oid), value_of(value)) for oid, value in v2c.apiPDU.get_varbinds(pdu))
        notification = from_variables("3", self._source, variables)
        if notification.trap_oid is None:
            return False
        self._accepted = self._take(notification, int(v2c.apiPDU.get_request_id(pdu)) if is_inform else None)
        return self._accepted

    def _is_to_be_introduced(self, engine_id: bytes, name: str) -> bool:
        return (
            name in self._secrets
            and 5 <= len(engine_id) <= 32
            and (engine_id, name) not in self._introduced
            and len(self._introduced) < MOST_ENGINES
        )

    def _introduce(self, engine_id: bytes, name: str) -> None:
        secret = self._secrets[name]
        config.add_v3_user(
            self._engine,
            name,
            secret.authentication,
            secret.authentication_key,
            secret.privacy,
            secret.privacy_key,
            securityEngineId=v2c.OctetString(engine_id),
            authKeyType=config.USM_KEY_TYPE_MASTER,
            privKeyType=config.USM_KEY_TYPE_MASTER,
        )
        self._introduced.add((engine_id, name))


def _secret(user: User) -> _Secret:
    authentication, privacy = AUTHENTICATION_IDS[user.authentication], PRIVACY_IDS[user.privacy]
    authentication_key = privacy_key = None
    if user.authentication_password is not None:
        password = v2c.OctetString(user.authentication_password.encode())
        authentication_key = config.AUTH_SERVICES[authentication].hash_passphrase(password)
    if user.privacy_password is not None:
        password = v2c.OctetString(user.privacy_password.encode())
        privacy_key = config.PRIV_SERVICES[privacy].hash_passphrase(authentication, password)
    level = 1 + (user.authentication is not Authentication.NONE) + (user.privacy is not Privacy.NONE)
    return _Secret(authentication, authentication_key, privacy, privacy_key, level)


def _sender(datagram: bytes) -> tuple[bytes, str]:
    """The engine and the user that a message claims to be of."""
    message, _ = decoder.decode(datagram, asn1Spec=SNMPv3Message())
    parameters, _ = decoder.decode(message.getComponentByPosition(2), asn1Spec=UsmSecurityParameters())
    return bytes(parameters.getComponentByPosition(0)), bytes(parameters.getComponentByPosition(3)).decode()
