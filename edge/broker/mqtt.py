"""The real transport: MQTT 5 over TLS with the device's own certificate."""

import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiomqtt
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.broker.transport import ConnectionFailedError, Message, Refusal

KEEPALIVE_SECONDS = 30
ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class Access:
    """Where the broker is, and what a device proves itself with."""

    host: str
    port: int
    ca_file: Path
    client_id: str
    certificate_file: Path
    key_file: Path


class AnsweringClient(aiomqtt.Client):
    """Keeps the reason code of the last PUBACK.

    aiomqtt 2.5 drops it: its publish() returns in the same way for an accepted and for a refused message.
    """

    _answer: ReasonCode | None = None

    def take_answer(self) -> ReasonCode | None:
        """The reason code of the last PUBACK since the last call."""
        answer, self._answer = self._answer, None
        return answer

    def _on_publish(
        self, client: PahoClient, userdata: Any, mid: int, reason_code: ReasonCode, properties: Properties
    ) -> None:
        self._answer = reason_code
        super()._on_publish(client, userdata, mid, reason_code, properties)


class MqttConnection:
    def __init__(self, client: AnsweringClient) -> None:
        self._client = client

    async def publish(self, message: Message) -> Refusal | None:
        await self._client.publish(message.topic, message.payload, qos=1)
        answer = self._client.take_answer()
        if answer is not None and answer.is_failure:
            return Refusal(answer.value, str(answer))
        return None

    async def listen(self, handle: Callable[[str, bytes], None]) -> None:
        # The iteration only ends, with an error, when the connection does.
        async for message in self._client.messages:
            if isinstance(message.payload, bytes):
                handle(str(message.topic), message.payload)


class MqttTransport:
    """Verifies the broker's chain against `ca_file` and its name against the host, as a device would."""

    def __init__(self, access: Access, *, topics: Sequence[str] = ()) -> None:
        self._access = access
        self._topics = topics

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[MqttConnection]:
        try:
            async with AnsweringClient(
                self._access.host,
                self._access.port,
                identifier=self._access.client_id,
                protocol=aiomqtt.ProtocolVersion.V5,
                tls_context=self._tls_context(),
                keepalive=KEEPALIVE_SECONDS,
                timeout=ANSWER_SECONDS,
            ) as client:
                if self._topics:
                    await client.subscribe([(topic, 1) for topic in self._topics])
                yield MqttConnection(client)
        except (aiomqtt.MqttError, OSError) as error:
            # aiomqtt hides a broken connection's reason in the cause.
            raise ConnectionFailedError(str(error.__cause__ or error)) from error

    def _tls_context(self) -> ssl.SSLContext:
        # Read at each connect: a certificate issued anew takes effect without a restart.
        context = ssl.create_default_context(cafile=self._access.ca_file)
        context.load_cert_chain(self._access.certificate_file, self._access.key_file)
        return context
