"""The one thing that aiomqtt does not tell: whether the broker refused a message."""

import asyncio
from typing import Any
from unittest.mock import patch

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from edge.broker.mqtt import AnsweringClient, MqttConnection
from edge.broker.transport import Message, Refusal

MESSAGE = Message(message_id="boot-1", topic="devices/acme/d1/telemetry", payload=b"{}")


def publish_answered_with(code: int) -> Refusal | None:
    async def publish() -> Refusal | None:
        client = AnsweringClient("broker.invalid")
        paho: Any = client._client

        async def answer(*_: object, **__: object) -> None:
            reason = ReasonCode(PacketTypes.PUBACK, identifier=code)
            paho.on_publish(paho, None, 1, reason, None)

        with patch("aiomqtt.Client.publish", side_effect=answer):
            return await MqttConnection(client).publish(MESSAGE)

    return asyncio.run(publish())


def test_an_accepted_message_is_no_refusal() -> None:
    assert publish_answered_with(0) is None


def test_a_message_without_subscribers_is_no_refusal() -> None:
    assert publish_answered_with(16) is None


def test_a_refusal_carries_the_brokers_reason() -> None:
    assert publish_answered_with(135) == Refusal(135, "Not authorized")
