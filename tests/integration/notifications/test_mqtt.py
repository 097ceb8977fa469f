"""The channel to a customer's MQTT broker."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import trustme

from pulse.notifications.channels.mqtt.channel import MqttKind
from pulse.notifications.channels.mqtt.config import MqttConfig
from pulse.notifications.channels.mqtt.topic import topic_of
from pulse.notifications.notice import NoticeEvent
from pulse.outbound.errors import OutboundError, RefusedDestinationError
from pulse.outbound.mqtt import Broker as BrokerAddress
from pulse.outbound.mqtt import publish
from tests.integration.outbound.mqtt_broker import Broker, mqtt_broker
from tests.integration.outbound.servers import NAME, server_context
from tests.integration.stack import wait_for
from tests.unit.notifications.builders import ALERT_ID, NOTICE_ID, make_notice


@pytest.fixture
def broker(authority: trustme.CA, local_destinations: None) -> Iterator[Broker]:
    assert local_destinations is None
    with mqtt_broker(server_context(authority)) as broker:
        yield broker


def config(broker: Broker, **changes: Any) -> MqttConfig:
    fields = {"host": NAME, "port": broker.port, "username": "pulse", "password": "secret", **changes}
    return MqttConfig.model_validate(fields)


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("retain", [False, True])
def test_an_alert_is_published_under_the_tenants_own_topic(broker: Broker, qos: int, retain: bool) -> None:
    sent = MqttKind().send(config(broker, qos=qos, retain=retain), make_notice(NoticeEvent.CLOSED), None)
    assert sent.answer == ("acknowledged" if qos else "sent")
    wait_for(lambda: broker.published, what="the message")  # nobody says that one of QoS 0 has come
    [message] = broker.published
    assert (message.topic, message.qos, message.retain) == (f"alerts/acme/HIGH/{ALERT_ID}", qos, retain)
    document = orjson.loads(message.payload)
    assert (document["id"], document["event"]) == (str(NOTICE_ID), "closed")


def test_a_wrong_password_stays_wrong(broker: Broker) -> None:
    with pytest.raises(OutboundError, match="refused the connection") as caught:
        MqttKind().send(config(broker, password="wrong"), make_notice(), None)
    assert caught.value.permanent


def test_a_broker_that_is_away_for_a_while_is_tried_again(broker: Broker) -> None:
    broker.connect_code = 3
    with pytest.raises(OutboundError, match="refused the connection") as caught:
        MqttKind().send(config(broker), make_notice(), None)
    assert not caught.value.permanent


def test_a_message_that_is_not_acknowledged_was_not_taken(broker: Broker) -> None:
    broker.is_deaf = True
    address = BrokerAddress(host=NAME, port=broker.port, encrypted=True, username="pulse", password="secret")
    with pytest.raises(OutboundError) as caught:
        publish(address, "alerts/acme/x", b"{}", qos=1, retain=False, seconds=1)
    assert not caught.value.permanent


@pytest.mark.usefixtures("broker")
def test_nothing_is_published_without_tls() -> None:
    with pytest.raises(RefusedDestinationError, match="without TLS"):
        MqttKind().check(MqttConfig(host=NAME, port=1883, encrypted=False))


@pytest.mark.parametrize(
    "topic",
    [
        "alerts/other/x",
        "alerts/{tenant_id}/",
        "x/{tenant_id}/y",
        "alerts/{tenant_id}/+",
        "alerts/{tenant_id}/#",
        "alerts/{tenant_id}/{nothing}",
        "alerts/{tenant_id}/{",
        "alerts/{tenant_id}/a\x00",
    ],
)
def test_a_topic_is_the_tenants_own_and_names_what_there_is(topic: str) -> None:
    with pytest.raises(ValueError, match="topic"):
        MqttConfig(host="mqtt.example", topic=topic)


def test_what_stands_for_a_placeholder_is_one_level() -> None:
    notice = make_notice(device_id="a/b+#", site_id=None)
    assert topic_of("alerts/{tenant_id}/{site_id}/{device_id}/{event}", notice) == "alerts/acme/_/a_b__/opened"
