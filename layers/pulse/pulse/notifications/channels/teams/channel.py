"""Sending to Microsoft Teams."""

from collections.abc import Mapping
from typing import override

import orjson

from pulse.notifications.channels.kind import ChannelKind, KindName, Sent
from pulse.notifications.channels.teams.config import CardFormat, TeamsConfig
from pulse.notifications.channels.teams.message import adaptive_card, message_card
from pulse.notifications.notice import Notice
from pulse.outbound.errors import OutboundError
from pulse.outbound.http import HttpRequest, check_url, send_or_fail


class TeamsKind(ChannelKind[TeamsConfig]):
    """Microsoft Teams. A card can't be changed through a URL, so that each event is a card of its own."""

    name = KindName.TEAMS
    title = "Microsoft Teams"
    config_model = TeamsConfig
    destination_field = "webhook_url"

    def check(self, config: TeamsConfig) -> None:
        """The URL must be one that the door opens for."""
        check_url(config.webhook_url)

    def display(self, config: TeamsConfig) -> str:
        """Nothing of the URL, which is the secret."""
        return "workflow" if config.card_format is CardFormat.ADAPTIVE_CARD else "connector"

    @override
    def send(self, config: TeamsConfig, notice: Notice, earlier: Mapping[str, str] | None) -> Sent:
        """Post a card."""
        is_adaptive = config.card_format is CardFormat.ADAPTIVE_CARD
        card = adaptive_card(notice) if is_adaptive else message_card(notice)
        answer = send_or_fail(
            HttpRequest(
                method="POST",
                url=config.webhook_url,
                headers={"Content-Type": "application/json"},
                body=orjson.dumps(card),
            )
        )
        # A connector answers 200 and "1", or 200 and why it did not post.
        if not is_adaptive and answer.body.strip() != b"1":
            message = "the connector did not post the card"
            raise OutboundError(message, permanent=False, status=answer.status, answer=answer.excerpt)
        return Sent(answer.status, answer.excerpt)
