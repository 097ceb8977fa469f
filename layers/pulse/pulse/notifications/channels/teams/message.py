"""Cards for Teams. Pure."""

from types import MappingProxyType
from typing import Any, Final

from pulse.alerts.severity import Severity
from pulse.notifications.notice import Notice, NoticeEvent

_STYLES: Final = MappingProxyType(
    {
        Severity.CRITICAL: "attention",
        Severity.HIGH: "attention",
        Severity.MEDIUM: "warning",
        Severity.LOW: "default",
        Severity.INFO: "accent",
    }
)
_MAXIMUM_TEXT: Final = 2000


def adaptive_card(notice: Notice) -> dict[str, Any]:
    """The message that a workflow posts as it is."""
    style = "good" if notice.event is NoticeEvent.CLOSED else _STYLES[notice.severity]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": notice.title[:_MAXIMUM_TEXT],
        "body": [
            {
                "type": "Container",
                "style": style,
                "bleed": True,
                "items": [
                    {
                        "type": "TextBlock",
                        "text": notice.title[:_MAXIMUM_TEXT],
                        "weight": "Bolder",
                        "size": "Medium",
                        "wrap": True,
                    }
                ],
            },
            {
                "type": "FactSet",
                "facts": [{"title": label, "value": value} for label, value in notice.facts.items()],
            },
        ],
        "msteams": {"width": "Full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def message_card(notice: Notice) -> dict[str, Any]:
    """The same for a connector of old."""
    return {
        "@type": "MessageCard",
        "@context": "http://schema.org/extensions",
        "themeColor": notice.colour.removeprefix("#"),
        "summary": f"Alert: {notice.alert_type}",
        "sections": [
            {
                "activityTitle": notice.device_id or notice.site_id or notice.tenant_id,
                "activitySubtitle": notice.happening,
                "activityText": notice.summary[:_MAXIMUM_TEXT],
                "facts": [{"name": label, "value": value} for label, value in notice.facts.items()],
            }
        ],
    }
