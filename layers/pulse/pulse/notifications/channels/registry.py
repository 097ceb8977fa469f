"""All kinds of channel. A new kind is a folder, a name in KindName and a line here."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from pulse.notifications.channels.kind import ChannelKind, KindName


@cache
def kinds() -> Mapping[KindName, ChannelKind[Any]]:
    """Every kind by its name.

    They are imported when they are first asked for: with them come the clients of all protocols, and most cold starts
    of the API need none.
    """
    from pulse.notifications.channels.email.channel import EmailKind
    from pulse.notifications.channels.mqtt.channel import MqttKind
    from pulse.notifications.channels.pagerduty.channel import PagerDutyKind
    from pulse.notifications.channels.slack.channel import SlackKind
    from pulse.notifications.channels.snmp.channel import SnmpKind
    from pulse.notifications.channels.teams.channel import TeamsKind
    from pulse.notifications.channels.webhook.channel import WebhookKind

    every = (SlackKind(), PagerDutyKind(), TeamsKind(), WebhookKind(), EmailKind(), SnmpKind(), MqttKind())
    return MappingProxyType({kind.name: kind for kind in every})
