"""SNMP through the door: one trap in one datagram, which nobody acknowledges."""

from pulse.outbound.door import check_destination, open_datagram, require_encryption
from pulse.outbound.errors import OutboundError
from pulse.outbound.snmp_message import Community, Trap, User, encode_trap

_OBJECTION_SECONDS = 0.1
_ONE_BYTE = 1
_IN_THE_CLEAR = "SNMP of version 2c, or of version 3 without a priv_protocol,"


def check_receiver(host: str, port: int, *, encrypted: bool) -> None:
    """Raise RefusedDestinationError or OutboundError for a receiver that nothing can be sent to."""
    require_encryption(encrypted=encrypted, what=_IN_THE_CLEAR)
    check_destination(host, port)


def send_trap(host: str, port: int, sender: Community | User, trap: Trap) -> str:
    """Send a trap; return what is known of it then.

    Raises RefusedDestinationError, and OutboundError when it could not be sent or the host says that nobody is there.
    """
    require_encryption(encrypted=sender.encrypts, what=_IN_THE_CLEAR)
    message = encode_trap(sender, trap)
    try:
        with open_datagram(host, port) as connection:
            connection.send(message)
            # A host on which nobody listens objects; one that listens says nothing, and neither does a firewall.
            connection.settimeout(_OBJECTION_SECONDS)
            connection.recv(_ONE_BYTE)
    except TimeoutError:
        pass
    except ConnectionRefusedError as error:
        raise OutboundError(f"nobody listens at {host}, port {port}", permanent=False) from error
    except OSError as error:
        raise OutboundError(f"nothing could be sent to {host}, port {port}", permanent=False) from error
    return "sent; traps are not acknowledged"
