"""MQTT through the door: one message over one connection."""

import socket
from dataclasses import dataclass
from typing import Final, Literal
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from pulse.outbound import tls
from pulse.outbound.door import Deadline, check_destination, open_connection, require_encryption
from pulse.outbound.errors import OutboundError

_SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 5.0
_TICK_SECONDS: Final = 0.2
# CONNACK of MQTT 3.1.1: 3 is a server that is away for a while; wrong versions, ids and passwords stay wrong.
_SERVER_UNAVAILABLE: Final = "Server unavailable"

type QualityOfService = Literal[0, 1, 2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """A broker. Without a user name nobody signs in."""

    host: str
    port: int
    encrypted: bool
    username: str
    password: str


def check_broker(host: str, port: int, *, encrypted: bool) -> None:
    """Raise RefusedDestinationError or OutboundError for a broker that nothing can be published to."""
    require_encryption(encrypted=encrypted, what="MQTT without TLS")
    check_destination(host, port)


def publish(
    broker: Broker, topic: str, payload: bytes, *, qos: QualityOfService, retain: bool, seconds: float = _SECONDS
) -> str:
    """Publish one message; return what the broker said. With QoS 0 it says nothing.

    Raises RefusedDestinationError, and OutboundError when it was not taken.
    """
    require_encryption(encrypted=broker.encrypted, what="MQTT without TLS")
    with Deadline(seconds) as deadline:
        client = _Client(broker, deadline)
        try:
            client.connect(broker.host, broker.port)
            while client.is_waiting:
                _turn(client, broker, deadline)
            if client.refusal is not None:
                is_permanent = client.refusal != _SERVER_UNAVAILABLE
                message = f"{broker.host} refused the connection: {client.refusal}"
                raise OutboundError(message, permanent=is_permanent, answer=client.refusal)
            sent = client.publish(topic, payload, qos=qos, retain=retain)
            while not sent.is_published():
                _turn(client, broker, deadline)
            client.disconnect()
        except OSError as error:
            raise OutboundError(f"{broker.host} did not take the message", permanent=False) from error
        finally:
            client.end()
    return "acknowledged" if qos else "sent"


class _Client(mqtt.Client):
    """A client whose socket comes from the door; nothing happens unless `loop` is called."""

    def __init__(self, broker: Broker, deadline: Deadline) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id=f"pulse-{uuid4().hex[:16]}", protocol=mqtt.MQTTv311)
        self._deadline = deadline
        self.is_waiting = True
        self.refusal: str | None = None
        self.on_connect = self._note_answer
        if broker.encrypted:
            self.tls_set_context(tls.client_context())
        if broker.username:
            self.username_pw_set(broker.username, broker.password)

    def end(self) -> None:
        """Close the connection, whatever state it is in."""
        self._sock_close()

    def _create_socket_connection(self) -> socket.socket:
        connection = open_connection(self._host, self._port, seconds=_CONNECT_SECONDS)
        self._deadline.watch(connection)
        return connection

    def _note_answer(
        self, _client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self.is_waiting = False
        self.refusal = str(reason) if reason.is_failure else None


def _turn(client: _Client, broker: Broker, deadline: Deadline) -> None:
    """Let the client read and write for a moment. A refused connection is closed by the broker after it has said so."""
    code = client.loop(timeout=_TICK_SECONDS)
    if deadline.has_passed:
        message = f"{broker.host} did not answer in time"
        raise OutboundError(message, permanent=False)
    if code is not MQTTErrorCode.MQTT_ERR_SUCCESS and client.is_waiting:
        message = f"{broker.host} ended the connection"
        raise OutboundError(message, permanent=False)
    if code is not MQTTErrorCode.MQTT_ERR_SUCCESS and client.refusal is None:
        message = f"{broker.host} ended the connection before it took the message"
        raise OutboundError(message, permanent=False)
