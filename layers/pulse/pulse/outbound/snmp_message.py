"""SNMP notifications as the bytes that travel: version 2c, and version 3 with its user-based security (RFC 3414).

Of a trap the sender is the authoritative engine: a receiver holds the boots and the time of the sender's engine against
those that it has seen, and drops what is older. Function instances come and go and share nothing, so none of them could
count boots. The engine of a tenant has therefore started once and for all, at ENGINE_START; its time is the clock's.

pysnmp takes a third of a second to import, which is why it is imported where it is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pulse.snmp_security import AUTHENTICATION_IDS, PRIVACY_IDS, Authentication, Privacy

if TYPE_CHECKING:
    from pysnmp.entity.engine import SnmpEngine

ENGINE_START: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""The time of an engine has 31 bits of seconds: it lasts until 2088."""
_ENTERPRISE: Final = 99999
_TEXT, _OCTETS = 4, 5  # formats of engine ids (RFC 3411, SnmpEngineID)
_MAXIMUM_TEXT: Final = 27
_SYS_UP_TIME: Final = "1.3.6.1.2.1.1.3.0"
_SNMP_TRAP_OID: Final = "1.3.6.1.6.3.1.1.4.1.0"
_USER: Final = "pulse"
_ANYWHERE: Final = ("192.0.2.1", 162)  # nothing is sent from here: the message is taken before


class Community(NamedTuple):
    """Version 2c: everybody on the way can read it."""

    name: str

    @property
    def encrypts(self) -> bool:
        """Never."""
        return False


class User(NamedTuple):
    """Version 3. Without a protocol its password counts for nothing."""

    engine_id: bytes
    name: str
    authentication: Authentication
    authentication_password: str
    privacy: Privacy
    privacy_password: str

    @property
    def encrypts(self) -> bool:
        """Whether only the receiver can read it."""
        return self.privacy is not Privacy.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A notification: what it is, and what it says, as numbers and texts by their OIDs."""

    oid: str
    values: Sequence[tuple[str, int | str]]
    time: datetime


def engine_id_of(tenant_id: str) -> bytes:
    """The engine of a tenant: the enterprise, and the tenant's id as text, or its hash if it is too long for that."""
    enterprise = (0x80000000 | _ENTERPRISE).to_bytes(4)
    text = tenant_id.encode()
    if len(text) <= _MAXIMUM_TEXT:
        return enterprise + bytes([_TEXT]) + text
    return enterprise + bytes([_OCTETS]) + sha256(text).digest()[:16]


def encode_trap(sender: Community | User, trap: Trap) -> bytes:
    """The datagram of a trap."""
    from pysnmp.carrier.asyncio.dgram.udp import UdpTransportAddress
    from pysnmp.carrier.base import AbstractTransport, AbstractTransportDispatcher
    from pysnmp.entity import config
    from pysnmp.entity.rfc3413.ntforg import NotificationOriginator
    from pysnmp.proto.api import v2c

    class Taken(AbstractTransport):  # type: ignore[misc] # pysnmp has no types
        """In the place of a socket: keeps what would be sent."""

        PROTO_TRANSPORT_DISPATCHER = AbstractTransportDispatcher
        ADDRESS_TYPE = UdpTransportAddress
        message = b""

        def send_message(self, outgoingMessage: bytes, _address: object) -> None:  # noqa: N803 - pysnmp's name for it
            self.message = bytes(outgoingMessage)

    engine = _engine(sender)
    transport = Taken()
    engine.register_transport_dispatcher(AbstractTransportDispatcher())
    config.add_transport(engine, config.SNMP_UDP_DOMAIN, transport)
    _introduce(engine, sender)
    config.add_target_address(engine, "target", config.SNMP_UDP_DOMAIN, _ANYWHERE, "parameters")
    pdu = v2c.TrapPDU()
    v2c.apiTrapPDU.set_defaults(pdu)
    up_time = int((trap.time - ENGINE_START).total_seconds() * 100) % 2**32
    values: list[tuple[Any, Any]] = [
        (v2c.ObjectIdentifier(_SYS_UP_TIME), v2c.TimeTicks(up_time)),
        (v2c.ObjectIdentifier(_SNMP_TRAP_OID), v2c.ObjectIdentifier(trap.oid)),
    ]
    for oid, value in trap.values:
        encoded = v2c.Integer32(value) if isinstance(value, int) else v2c.OctetString(value.encode())
        values.append((v2c.ObjectIdentifier(oid), encoded))
    v2c.apiTrapPDU.set_varbinds(pdu, values)
    NotificationOriginator().send_pdu(engine, "target", None, "", pdu)
    return transport.message


def _engine(sender: Community | User) -> "SnmpEngine":
    from pysnmp.entity.engine import SnmpEngine

    # Given to the constructor, an id would make it count boots in a folder of this very machine.
    engine = SnmpEngine()
    names = ("snmpEngineID", "snmpEngineBoots", "snmpEngineTime")
    identity, boots, time = engine.get_mib_builder().import_symbols("__SNMP-FRAMEWORK-MIB", *names)
    if isinstance(sender, User):
        identity.syntax = identity.syntax.clone(sender.engine_id)
        engine.snmpEngineID = identity.syntax
    boots.syntax = boots.syntax.clone(1)
    time.syntax = time.syntax.clone(int(ENGINE_START.timestamp()))  # what the engine's time is counted from
    return engine


def _introduce(engine: "SnmpEngine", sender: Community | User) -> None:
    """Tell the engine how to sign and encrypt what goes to the target."""
    from pysnmp.entity import config

    if isinstance(sender, Community):
        config.add_v1_system(engine, _USER, sender.name)
        config.add_target_parameters(engine, "parameters", _USER, "noAuthNoPriv", 1)
        return
    config.add_v3_user(
        engine,
        sender.name,
        AUTHENTICATION_IDS[sender.authentication],
        sender.authentication_password or None,
        PRIVACY_IDS[sender.privacy],
        sender.privacy_password or None,
    )
    level = "noAuthNoPriv" if sender.authentication is Authentication.NONE else "authNoPriv"
    level = level if sender.privacy is Privacy.NONE else "authPriv"
    config.add_target_parameters(engine, "parameters", sender.name, level, 3)
