"""Values of SNMP as numbers, texts and OIDs."""

from typing import Any

from pyasn1.type import univ
from pysnmp.proto import rfc1155, rfc1902

from edge.gateway.notification import Value, text_of


def value_of(found: Any) -> Value:
    """What a variable holds; None for nothing and for what says that there is nothing."""
    if isinstance(found, univ.Null):  # pyasn1 counts it among the octets
        return None
    if isinstance(found, rfc1902.IpAddress | rfc1155.IpAddress):
        return ".".join(str(octet) for octet in bytes(found))
    if isinstance(found, univ.ObjectIdentifier):
        return str(found)
    if isinstance(found, univ.Integer):
        return int(found)
    if isinstance(found, univ.OctetString):
        return text_of(bytes(found))
    if isinstance(found, rfc1155.NetworkAddress):
        return value_of(found.getComponent())
    return None
