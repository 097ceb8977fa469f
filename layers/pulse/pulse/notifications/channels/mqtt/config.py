"""Which broker is told, and under which topic."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pulse.notifications.channels.kind import ChannelConfig, secret
from pulse.notifications.channels.mqtt.topic import check_topic


class MqttConfig(ChannelConfig):
    """A broker that speaks MQTT 3.1.1."""

    host: Annotated[str, StringConstraints(min_length=1, max_length=253)]
    port: int = Field(8883, ge=1, le=65_535)
    encrypted: bool = Field(True, description="Whether the connection is made with TLS")
    username: Annotated[str, StringConstraints(max_length=200)] = ""
    password: Annotated[str, StringConstraints(max_length=200)] | None = secret("For the username", default=None)
    topic: Annotated[str, StringConstraints(max_length=512), AfterValidator(check_topic)] = Field(
        "alerts/{tenant_id}/{severity}/{alert_id}",
        description="Begins with alerts/{tenant_id}/; placeholders are tenant_id, site_id, device_id, alert_id, "
        "alert_type, severity and event",
    )
    qos: Literal[0, 1, 2] = Field(1, description="0: at most once, 1: at least once, 2: exactly once")
    retain: bool = Field(False, description="Whether the broker keeps the last message for those who come later")
