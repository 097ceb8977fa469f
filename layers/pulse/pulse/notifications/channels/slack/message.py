"""Slack's messages. Pure."""

from typing import Any, Final

from pulse.notifications.notice import Notice

_MAXIMUM_TEXT: Final = 3000


def escape(text: str) -> str:
    """Text in which nothing is a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")[:_MAXIMUM_TEXT]


def message_of(notice: Notice) -> dict[str, Any]:
    """The title as text, for previews; the facts as an attachment in the colour of the severity."""
    title = escape(notice.title)
    return {
        "text": title,
        "attachments": [
            {
                "color": notice.colour,
                "fallback": title,
                "fields": [
                    {"title": label, "value": escape(value), "short": True} for label, value in notice.facts.items()
                ],
                "ts": int(notice.time.timestamp()),
            }
        ],
    }
