"""A channel as people see it."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulse.models import Model
from pulse.notifications.channels.kind import KindName
from pulse.versions import Versioned


class ChannelHealth(Model):
    """How deliveries have gone lately."""

    failures_in_a_row: int = Field(description="Deliveries that failed for good since the last one that did not")
    failed_attempts_in_a_row: int = Field(description="Tries that failed since the last one that did not")
    last_sent_at: datetime | None
    last_failed_at: datetime | None
    last_error: str | None
    disabled_reason: str | None = Field(description="Why Pulse has disabled it; null when it has not")


class NotificationChannel(Versioned):
    """A way to people or systems."""

    channel_id: UUID
    name: str
    kind: KindName
    destination: str = Field(description="Where it goes, in short")
    config: dict[str, Any] = Field(description="By the schema of its kind; secrets are `***`")
    enabled: bool
    health: ChannelHealth
    created_at: datetime
    updated_at: datetime


class ChannelWish(NamedTuple):
    """What a person wants a channel to be; `config` may have `***` for secrets that are kept."""

    name: str
    kind: KindName
    config: dict[str, Any]
    enabled: bool


class ChannelPosition(NamedTuple):
    """A place in the list of channels, which is in the order of names."""

    name: str


class ChannelList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    channels: list[NotificationChannel]
    next_position: ChannelPosition | None
    total: int


class TrialResult(Model):
    """What came of a test, as the other side answered."""

    ok: bool
    status_code: int | None = Field(description="The protocol's own code, if it has one")
    error: str | None
    answer: str = Field(description="The beginning of what the other side said")
    latency_milliseconds: int
    tested_at: AwareDatetime


class KindDescription(Model):
    """A kind of channel; a form for it can be made from its schema."""

    kind: KindName
    title: str
    config_schema: dict[str, Any] = Field(
        description="JSON schema of `config`; fields that are `writeOnly` are shown as `***`"
    )
