"""Where a Slack channel's messages go."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from pulse.notifications.channels.kind import ChannelConfig, Line, secret


class SlackConfig(ChannelConfig):
    """Either an incoming webhook's URL, or a bot's token with the channel to post to."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["webhook_url"]}, {"required": ["bot_token"]}]})

    webhook_url: Line | None = secret("URL of an incoming webhook", default=None)
    bot_token: Line | None = secret("Token of an app's bot (xoxb-…) with the scope chat:write", default=None)
    channel: Line | None = Field(None, description="Needed by a bot, which posts to it")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.webhook_url is None) == (self.bot_token is None):
            message = "give either a webhook_url or a bot_token"
            raise ValueError(message)
        if self.bot_token is not None and self.channel is None:
            message = "a bot_token needs the channel to post to"
            raise ValueError(message)
        return self
