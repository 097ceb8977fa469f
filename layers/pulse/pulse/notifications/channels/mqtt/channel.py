"""Publishing to a customer's broker."""

from collections.abc import Mapping
from typing import override

import orjson

from pulse.notifications.channels.kind import ChannelKind, KindName, Sent
from pulse.notifications.channels.mqtt.config import MqttConfig
from pulse.notifications.channels.mqtt.topic import topic_of
from pulse.notifications.notice import Notice
from pulse.outbound.mqtt import Broker, check_broker, publish


class MqttKind(ChannelKind[MqttConfig]):
    """A broker. With `retain` and a topic without `event` the last word on an alert is what a newcomer gets."""

    name = KindName.MQTT
    title = "MQTT"
    config_model = MqttConfig
    destination_field = "host"

    def check(self, config: MqttConfig) -> None:
        """The broker must be one that the door opens for."""
        check_broker(config.host, config.port, encrypted=config.encrypted)

    def display(self, config: MqttConfig) -> str:
        """Broker and topic."""
        return f"{config.host} {config.topic}"

    @override
    def send(self, config: MqttConfig, notice: Notice, earlier: Mapping[str, str] | None) -> Sent:
        """Publish a JSON document of all variables; `id` is the same in every attempt."""
        broker = Broker(
            host=config.host,
            port=config.port,
            encrypted=config.encrypted,
            username=config.username,
            password=config.password or "",
        )
        payload = orjson.dumps({"id": str(notice.notice_id), **notice.variables})
        answer = publish(broker, topic_of(config.topic, notice), payload, qos=config.qos, retain=config.retain)
        return Sent(None, answer)
