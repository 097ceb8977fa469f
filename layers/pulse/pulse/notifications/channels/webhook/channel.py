"""Sending to a customer's own endpoint."""

from collections.abc import Mapping
from typing import override

import orjson

from pulse import clock
from pulse.clock import format_instant
from pulse.notifications.channels.kind import ChannelKind, KindName, Sent, permanent
from pulse.notifications.channels.webhook.config import WebhookConfig
from pulse.notifications.channels.webhook.signature import signature_headers
from pulse.notifications.notice import Notice
from pulse.notifications.templates import BadTemplateError, render
from pulse.outbound.http import HttpRequest, check_url, send_or_fail


class WebhookKind(ChannelKind[WebhookConfig]):
    """Any HTTP endpoint. `webhook-id` is the same in every attempt at one notification."""

    name = KindName.WEBHOOK
    title = "Webhook"
    config_model = WebhookConfig
    destination_field = "url"

    def check(self, config: WebhookConfig) -> None:
        """The URL must be one that the door opens for."""
        check_url(config.url)

    def display(self, config: WebhookConfig) -> str:
        """Method and URL, without what stands in its query."""
        return f"{config.method} {config.url.partition('?')[0]}"

    @override
    def send(self, config: WebhookConfig, notice: Notice, earlier: Mapping[str, str] | None) -> Sent:
        """Make the request."""
        body = body_of(config, notice)
        secrets = [key for key in (config.signing_secret, config.previous_signing_secret) if key is not None]
        headers = {
            "Content-Type": config.content_type,
            **config.headers,
            **signature_headers(str(notice.notice_id), clock.now(), body, secrets),
        }
        answer = send_or_fail(HttpRequest(method=config.method.value, url=config.url, headers=headers, body=body))
        return Sent(answer.status, answer.excerpt)


def body_of(config: WebhookConfig, notice: Notice) -> bytes:
    """What the request carries. Raises OutboundError when the template can't be filled in."""
    if config.body_template is None:
        document = {
            "type": notice.type,
            "timestamp": format_instant(notice.time),
            "data": notice.variables,
        }
        return orjson.dumps(document)
    try:
        return render(config.body_template, notice.variables).encode()
    except BadTemplateError as error:
        raise permanent(str(error)) from error
