"""Sending to Slack."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from pulse.notifications.channels.kind import ChannelKind, KindName, Sent, permanent
from pulse.notifications.channels.slack.config import SlackConfig
from pulse.notifications.channels.slack.message import message_of
from pulse.notifications.notice import Notice, NoticeEvent
from pulse.outbound.errors import OutboundError
from pulse.outbound.http import HttpAnswer, HttpRequest, check_url, send_or_fail
from pulse.settings import settings

# Errors of Slack's methods that pass by themselves; they come with the status 200.
_TEMPORARY: Final = frozenset(
    {"ratelimited", "fatal_error", "internal_error", "service_unavailable", "request_timeout"}
)


class SlackKind(ChannelKind[SlackConfig]):
    """Slack. A bot's message is brought up to date; a webhook can only add another one."""

    name = KindName.SLACK
    title = "Slack"
    config_model = SlackConfig
    destination_field = "webhook_url"

    def check(self, config: SlackConfig) -> None:
        """A webhook's URL must be one that the door opens for."""
        if config.webhook_url is not None:
            check_url(config.webhook_url)

    def display(self, config: SlackConfig) -> str:
        """The channel, if it is known."""
        return config.channel or "incoming webhook"

    def send(self, config: SlackConfig, notice: Notice, earlier: Mapping[str, str] | None) -> Sent:
        """Post, or bring the message of before up to date."""
        message = message_of(notice)
        if config.webhook_url is not None:
            answer = send_or_fail(_request(config.webhook_url, message, {}))
            return Sent(answer.status, answer.excerpt)
        authorization = {"Authorization": f"Bearer {config.bot_token}"}
        if earlier is not None and notice.event in (NoticeEvent.ACKNOWLEDGED, NoticeEvent.CLOSED):
            method, message = "chat.update", {**message, **earlier}
        else:
            method, message = "chat.postMessage", {**message, "channel": config.channel}
        answer = send_or_fail(_request(f"{settings().slack_api_url}/{method}", message, authorization))
        document = _checked(answer)
        return Sent(answer.status, answer.excerpt, {"channel": document["channel"], "ts": document["ts"]})


def _request(url: str, message: Mapping[str, Any], headers: Mapping[str, str]) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=url,
        headers={"Content-Type": "application/json; charset=utf-8", **headers},
        body=orjson.dumps(message),
    )


def _checked(answer: HttpAnswer) -> dict[str, Any]:
    """The answer of one of Slack's methods, which says in its body whether it was carried out."""
    try:
        document = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        message = "Slack's answer is not JSON"
        raise OutboundError(message, permanent=False, status=answer.status, answer=answer.excerpt)
    if document.get("ok") is not True:
        reason = str(document.get("error", "no reason given"))
        message = f"Slack refused the message: {reason}"
        raise OutboundError(message, permanent=reason not in _TEMPORARY, status=answer.status, answer=answer.excerpt)
    if not isinstance(document.get("ts"), str) or not isinstance(document.get("channel"), str):
        raise permanent("Slack's answer does not name the message")
    return document
