"""SNMPv1 and v2c: whoever knows the community is heard. Notifications are decoded here without pysnmp's engine."""

import hmac
from collections.abc import Sequence
from typing import Any, NamedTuple

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v1, v2c

from edge.gateway.notification import Notification, from_variables
from edge.gateway.snmp_values import value_of

_NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing is bound to it


class InvalidDatagramError(ValueError):
    """This is no notification."""


class CommunityMessage(NamedTuple):
    """A notification, and of an inform what acknowledges it."""

    community: bytes
    notification: Notification
    request_id: int | None = None
    acknowledgement: bytes | None = None

    def is_of(self, communities: Sequence[bytes]) -> bool:
        """Whether its community is one of these; how long that takes says nothing of them."""
        return sum(hmac.compare_digest(self.community, known) for known in communities) > 0


def read_version_1(datagram: bytes, source_address: str) -> CommunityMessage:
    """A trap of SNMPv1; its sender's own address is the agent's, unless it says none."""
    message, pdu = _decode(v1, datagram)
    if not pdu.isSameTypeWith(v1.TrapPDU()):
        raise InvalidDatagramError("no trap")
    trap = v1.apiTrapPDU
    agent = value_of(trap.get_agent_address(pdu))
    notification = Notification(
        version="1",
        source_address=source_address,
        agent_address=str(agent) if agent and agent != _NO_ADDRESS else source_address,
        enterprise_oid=str(trap.get_enterprise(pdu)),
        generic_trap=int(trap.get_generic_trap(pdu)),
        specific_trap=int(trap.get_specific_trap(pdu)),
        uptime=int(trap.get_timestamp(pdu)),
        varbinds=[(str(oid), value_of(value)) for oid, value in trap.get_varbinds(pdu)],
    )
    return CommunityMessage(bytes(v1.apiMessage.get_community(message)), notification)


def read_version_2c(datagram: bytes, source_address: str) -> CommunityMessage:
    """A trap or an inform of SNMPv2c."""
    message, pdu = _decode(v2c, datagram)
    is_inform = pdu.isSameTypeWith(v2c.InformRequestPDU())
    if not is_inform and not pdu.isSameTypeWith(v2c.SNMPv2TrapPDU()):
        raise InvalidDatagramError("neither trap nor inform")
    variables = v2c.apiPDU.get_varbinds(pdu)
    notification = from_variables("2c", source_address, ((str(oid), value_of(value)) for oid, value in variables))
    if notification.trap_oid is None:
        raise InvalidDatagramError("it does not say which notification it is")
    community = bytes(v2c.apiMessage.get_community(message))
    if not is_inform:
        return CommunityMessage(community, notification)
    response = v2c.apiPDU.get_response(pdu)
    v2c.apiPDU.set_varbinds(response, variables)
    v2c.apiMessage.set_pdu(message, response)
    return CommunityMessage(community, notification, int(v2c.apiPDU.get_request_id(pdu)), encoder.encode(message))


def _decode(version: Any, datagram: bytes) -> tuple[Any, Any]:
    message, _ = decoder.decode(datagram, asn1Spec=version.Message())
    return message, version.apiMessage.get_pdu(message)
