"""The text of a rule's alerts: `{{ device_id }} reads {{ values }}`. Pure.

Names in double braces and nothing else: no expressions, no loops, nothing to break out of.
"""

import re
from collections.abc import Mapping
from typing import Final

MAX_SUMMARY_LENGTH: Final = 500
VARIABLES: Final[Mapping[str, str]] = {
    "rule": "the rule's name",
    "severity": "its severity",
    "condition": "what it looks for, in words",
    "device_id": "the device",
    "device_type": "the device's type",
    "site_id": "the device's site",
    "value": "the value that it is about; the first one when there are several",
    "values": "every value that it is about, with its metric",
    "time": "when the cause was seen, in UTC",
}
_VARIABLE: Final = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)


def unknown_variables(template: str) -> list[str]:
    """What stands in double braces and means nothing."""
    return sorted({name for name in _VARIABLE.findall(template) if name not in VARIABLES})


def has_loose_braces(template: str) -> bool:
    """Whether a variable is begun and not ended, or ended and not begun."""
    rest = _VARIABLE.sub("", template)
    return "{{" in rest or "}}" in rest


def render(template: str, values: Mapping[str, str]) -> str:
    """The text with every variable filled in, cut where it becomes too long for a summary."""
    text = _VARIABLE.sub(lambda match: values.get(match.group(1), match.group(0)), template)
    return text if len(text) <= MAX_SUMMARY_LENGTH else text[: MAX_SUMMARY_LENGTH - 1] + "…"
