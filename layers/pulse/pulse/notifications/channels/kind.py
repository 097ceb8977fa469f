"""What a kind of channel is: an identity, a configuration, and a way to send."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, NamedTuple

from pydantic import Field, StringConstraints

from pulse.models import Input
from pulse.notifications.notice import Notice
from pulse.outbound.errors import OutboundError
from pulse.texts import LINE

_SECRET: Final = {"writeOnly": True}


class KindName(StrEnum):
    """The kinds of channel."""

    SLACK = "slack"
    PAGERDUTY = "pagerduty"
    TEAMS = "teams"
    WEBHOOK = "webhook"
    EMAIL = "email"
    SNMP = "snmp"
    MQTT = "mqtt"

    @property
    def keeps_incidents(self) -> bool:
        """Whether what it was told of stays open there until it is told that it is over."""
        return self is KindName.PAGERDUTY


class ChannelConfig(Input):
    """What a channel needs to know. Fields that are `writeOnly` in its JSON schema are kept encrypted."""

    @classmethod
    def secret_fields(cls) -> frozenset[str]:
        """Names of the fields that are not shown again: texts, or texts by name."""
        return frozenset(name for name, field in cls.model_fields.items() if field.json_schema_extra == _SECRET)


def secret(description: str, *, default: Any = ...) -> Any:
    """A configuration's field that is kept encrypted and shown as `***`."""
    return Field(default, description=description, json_schema_extra={"writeOnly": True})


Line = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=LINE)]
"""A text without line breaks or other control characters."""


class Sent(NamedTuple):
    """What the other side said. `reference` is what a later message about the same alert can build on."""

    status: int | None
    answer: str
    reference: Mapping[str, str] | None = None


class ChannelKind[C: ChannelConfig](ABC):
    """A kind of channel."""

    name: ClassVar[KindName]
    title: ClassVar[str]
    config_model: type[C]
    destination_field: ClassVar[str]
    """The configuration's field that a destination which is not reachable is blamed on."""

    @abstractmethod
    def check(self, config: C) -> None:
        """Raise OutboundError when nothing can be sent there, or ValueError for what makes no sense."""

    @abstractmethod
    def display(self, config: C) -> str:
        """Where it goes, for lists; without secrets."""

    @abstractmethod
    def send(self, config: C, notice: Notice, earlier: Mapping[str, str] | None) -> Sent:
        """Send; `earlier` is the reference of the last message about the same alert. Raises OutboundError."""


def permanent(message: str) -> OutboundError:
    """A failure that trying again does not mend."""
    return OutboundError(message, permanent=True)
