"""All kinds of channel. A new kind is a folder, a name in KindName and a line here."""

from types import MappingProxyType
from typing import Any, Final

from pulse.notifications.channels.email.channel import EmailKind
from pulse.notifications.channels.kind import ChannelKind, KindName
from pulse.notifications.channels.mqtt.channel import MqttKind
from pulse.notifications.channels.pagerduty.channel import PagerDutyKind
from pulse.notifications.channels.slack.channel import SlackKind
from pulse.notifications.channels.teams.channel import TeamsKind
from pulse.notifications.channels.webhook.channel import WebhookKind

KINDS: Final = MappingProxyType[KindName, ChannelKind[Any]](
    {kind.name: kind for kind in (SlackKind(), PagerDutyKind(), TeamsKind(), WebhookKind(), EmailKind(), MqttKind())}
)
