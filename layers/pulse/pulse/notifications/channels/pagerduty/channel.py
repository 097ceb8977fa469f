"""Sending to PagerDuty."""

from collections.abc import Mapping
from dataclasses import replace
from typing import override

import orjson

from pulse.notifications.channels.kind import ChannelKind, KindName, Sent
from pulse.notifications.channels.pagerduty.config import PagerDutyConfig, Region
from pulse.notifications.channels.pagerduty.message import event_of
from pulse.notifications.notice import Notice, NoticeEvent
from pulse.outbound.http import HttpRequest, send_or_fail
from pulse.settings import settings


class PagerDutyKind(ChannelKind[PagerDutyConfig]):
    """PagerDuty: an incident is triggered, acknowledged and resolved with its alert or its subscription."""

    name = KindName.PAGERDUTY
    title = "PagerDuty"
    config_model = PagerDutyConfig
    destination_field = "integration_key"

    def check(self, config: PagerDutyConfig) -> None:
        """The host is PagerDuty's own; whether the key is good, a test tells."""

    def display(self, config: PagerDutyConfig) -> str:
        """The end of the key, by which people tell integrations apart."""
        return f"…{config.integration_key[-4:]}"

    @override
    def send(self, config: PagerDutyConfig, notice: Notice, earlier: Mapping[str, str] | None) -> Sent:
        """Tell of the event. The incident of a test is resolved at once."""
        sent = self._enqueue(config, notice)
        if notice.event is NoticeEvent.TEST:
            self._enqueue(config, replace(notice, event=NoticeEvent.CLOSED))
        return sent

    def _enqueue(self, config: PagerDutyConfig, notice: Notice) -> Sent:
        known = settings()
        base = known.pagerduty_events_eu_url if config.region is Region.EU else known.pagerduty_events_url
        answer = send_or_fail(
            HttpRequest(
                method="POST",
                url=f"{base}/v2/enqueue",
                headers={"Content-Type": "application/json"},
                body=orjson.dumps(event_of(notice, config.integration_key)),
            )
        )
        return Sent(answer.status, answer.excerpt)
