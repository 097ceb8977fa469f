"""A receiver of SNMP traps on 127.0.0.1: pysnmp's engine behind a socket, which knows a community and some users."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from pysnmp.carrier.asyncio.dgram.udp import UdpTransportAddress
from pysnmp.carrier.base import AbstractTransportDispatcher
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413.ntfrcv import NotificationReceiver
from pysnmp.proto.api import v2c

ENGINE_ID = bytes.fromhex("8001869f04") + b"acme"
COMMUNITY = "plant-7"
AUTH_PASSWORD, PRIV_PASSWORD = "authenticate me", "encrypt me, please"
AUTHENTICATION = {
    "none": config.USM_AUTH_NONE,
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "SHA224": config.USM_AUTH_HMAC128_SHA224,
    "SHA256": config.USM_AUTH_HMAC192_SHA256,
    "SHA384": config.USM_AUTH_HMAC256_SHA384,
    "SHA512": config.USM_AUTH_HMAC384_SHA512,
}
PRIVACY = {
    "none": config.USM_PRIV_NONE,
    "DES": config.USM_PRIV_CBC56_DES,
    "AES": config.USM_PRIV_CFB128_AES,
    "AES192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES192C": config.USM_PRIV_CFB192_AES,
    "AES256C": config.USM_PRIV_CFB256_AES,
}


class Taken(NamedTuple):
    """A trap that was admitted, with its values by their OIDs."""

    oid: str
    values: dict[str, int | str]


class TrapReceiver:
    """Takes one datagram after the other; what is not signed and encrypted as agreed is dropped."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.settimeout(60)
        self._taken: list[Taken] = []
        self._engine = SnmpEngine()
        self._engine.register_transport_dispatcher(AbstractTransportDispatcher())
        config.add_v1_system(self._engine, "community", COMMUNITY)
        NotificationReceiver(self._engine, self._note)

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    def agree(self, user: str, authentication: str = "none", privacy: str = "none") -> None:
        """Know a user of the engine that traps come from."""
        config.add_v3_user(
            self._engine,
            user,
            AUTHENTICATION[authentication],
            None if authentication == "none" else AUTH_PASSWORD,
            PRIVACY[privacy],
            None if privacy == "none" else PRIV_PASSWORD,
            securityEngineId=v2c.OctetString(ENGINE_ID),
        )

    def take(self) -> tuple[Taken | None, bytes]:
        """The next datagram: the trap in it, if it was admitted, and the datagram itself."""
        datagram, address = self._socket.recvfrom(65_535)
        before = len(self._taken)
        dispatcher = self._engine.message_dispatcher
        dispatcher.receive_message(self._engine, config.SNMP_UDP_DOMAIN, UdpTransportAddress(address), datagram)
        return (self._taken[-1] if len(self._taken) > before else None), datagram

    def _note(self, _engine: object, _state: object, _context: object, _name: object, values: Any, _: object) -> None:
        _, (_, trap), *objects = values
        self._taken.append(
            Taken(
                str(trap),
                {
                    str(oid): int(value) if isinstance(value, v2c.Integer32) else bytes(value).decode()
                    for oid, value in objects
                },
            )
        )


@contextmanager
def trap_receiver() -> Iterator[TrapReceiver]:
    """A receiver that listens until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.bind(("127.0.0.1", 0))
        yield TrapReceiver(connection)
