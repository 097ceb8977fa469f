"""The words that a manifest is written in: names, limits, severities, categories. Pure."""

from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from pulse.alerts.alert import AlertType
from pulse.alerts.severity import Severity

MAX_FIELDS: Final = 64
CONTEXT_FIELDS: Final = frozenset({"source_address", "received_at"})
"""Fields that every record has: the sender's address, and when what it sent came."""


def _not_our_own(name: str) -> str:
    if name in AlertType:
        message = "is a type of Pulse's own alerts"
        raise ValueError(message)
    return name


def _not_of_context(name: str) -> str:
    if name in CONTEXT_FIELDS:
        message = "is a field that every record has"
        raise ValueError(message)
    return name


AddonId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
"""Names an addon: `prtg`, `snmp_generic`."""

AlertTypeName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,63}$"), AfterValidator(_not_our_own)]
"""Names a type of an addon's alerts: `LINK_DOWN`."""

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Names a field of a record."""

OwnFieldName = Annotated[FieldName, AfterValidator(_not_of_context)]
"""A field that a manifest makes; those that every record has are not made again."""

PlainText = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
"""A text that stands in the manifest itself: what a value is compared with, what it is replaced by."""


class AddonSeverity(StrEnum):
    """How vendors call severities, from most to least urgent."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    WARNING = "warning"
    INFO = "info"

    @property
    def severity(self) -> Severity:
        """The same on the one scale of Pulse."""
        return _SEVERITIES[self]


_SEVERITIES: Final = MappingProxyType(
    {
        AddonSeverity.CRITICAL: Severity.CRITICAL,
        AddonSeverity.MAJOR: Severity.HIGH,
        AddonSeverity.MINOR: Severity.MEDIUM,
        AddonSeverity.WARNING: Severity.LOW,
        AddonSeverity.INFO: Severity.INFO,
    }
)


class Category(StrEnum):
    """What kind of thing is concerned."""

    NETWORK = "network"
    POWER = "power"
    VIDEO = "video"
    WIRELESS = "wireless"
    SECURITY = "security"
    ENVIRONMENT = "environment"
    COMPUTE = "compute"
    STORAGE = "storage"
    APPLICATION = "application"
    UNKNOWN = "unknown"
