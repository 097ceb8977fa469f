"""Topics with placeholders. Pure."""

import re
from typing import Final

from pulse.notifications.notice import Notice

PREFIX: Final = "alerts/{tenant_id}/"
_NAMES: Final = frozenset({"tenant_id", "site_id", "device_id", "alert_id", "alert_type", "severity", "event"})
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_FORBIDDEN: Final = re.compile(r"[+#\x00-\x1f\x7f{}]")
_IN_A_LEVEL: Final = re.compile(r"[+#/\x00-\x1f\x7f]")


def check_topic(topic: str) -> str:
    """The topic itself, if it is one of the tenant's own. Raises ValueError."""
    if not topic.startswith(PREFIX) or topic.endswith("/"):
        message = f"begins with {PREFIX} and goes on"
        raise ValueError(message)
    unknown = sorted(set(_PLACEHOLDER.findall(topic)) - _NAMES)
    if unknown:
        message = f"there is no placeholder {unknown[0]}; there are {', '.join(sorted(_NAMES))}"
        raise ValueError(message)
    if _FORBIDDEN.search(_PLACEHOLDER.sub("", topic)):
        message = "has neither wildcards nor braces nor invisible characters"
        raise ValueError(message)
    return topic


def topic_of(template: str, notice: Notice) -> str:
    """The topic for a notice. What stands in for a placeholder is one level, never more; `_` where there is nothing."""

    def level(match: re.Match[str]) -> str:
        return _IN_A_LEVEL.sub("_", str(notice.variables[match.group(1)])) or "_"

    return _PLACEHOLDER.sub(level, template)
