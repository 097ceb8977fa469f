"""Where a Teams channel's cards go."""

from enum import StrEnum

from pydantic import Field

from pulse.notifications.channels.kind import ChannelConfig, Line, secret


class CardFormat(StrEnum):
    """ADAPTIVE_CARD is for workflows; MESSAGE_CARD is for connectors of old, which Microsoft retires."""

    ADAPTIVE_CARD = "adaptive_card"
    MESSAGE_CARD = "message_card"


class TeamsConfig(ChannelConfig):
    """A workflow with the trigger "When a Teams webhook request is received"."""

    webhook_url: Line = secret("The workflow's URL")
    card_format: CardFormat = Field(
        CardFormat.ADAPTIVE_CARD, description="`message_card` for a connector of old, which Microsoft retires"
    )
