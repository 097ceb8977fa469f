"""A target as people see it. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import Field

from pulse.devices.state import DeviceStatus
from pulse.input_errors import in_words
from pulse.models import Model
from pulse.polling.access import HOST_KEY, PRIVATE_KEY
from pulse.polling.outcome import OutcomeKind
from pulse.polling.target import HOST
from pulse.versions import Versioned

# Pollers stand alone and have no words for people.
in_words(HOST, "must be a name or an address, without a scheme, a port or a path")
in_words(PRIVATE_KEY, "must be a private key in the form of OpenSSH or PEM: -----BEGIN … PRIVATE KEY-----")
in_words(HOST_KEY, "must be a public key as in a file of known hosts, such as ssh-ed25519 AAAA…")


class TargetGateway(Model):
    """The gateway that asks a target, and whether it knows what it is to ask."""

    status: DeviceStatus | None = Field(description="Whether it is heard of; null when it is not in service")
    told: bool = Field(description="Whether its shadows have the newest change; within a minute they should")
    error: str | None = Field(description="Why it could not be told the last time; it is tried again")


class Target(Versioned):
    """A system that is asked, and what came of it last."""

    target_id: UUID
    name: str = Field(description="Alerts are about a device of this name; one of the registry with this id is it")
    addon_id: str
    host: str
    access: dict[str, Any] = Field(description="How it is signed in to; secrets as `***`")
    host_key: str | None = Field(description="The key that an SSH server showed at its first poll")
    site_id: str | None
    gateway_device_id: str | None = Field(description="The gateway that asks it; null for the cloud")
    interval_seconds: int
    timeout_seconds: int
    failures_before_alert: int
    enabled: bool
    next_poll_at: datetime | None = Field(description="Null when a gateway asks it, or nobody")
    last_polled_at: datetime | None
    last_outcome: OutcomeKind | None
    last_reason: str | None = Field(description="Why the last poll did not go well")
    last_seconds: float | None
    last_success_at: datetime | None
    failures: int = Field(description="Polls in a row that did not go well")
    gateway: TargetGateway | None = Field(None, description="Of one that a gateway asks")
    unknown_since: datetime | None = Field(
        None, description="The last that is known is of then: its gateway is away, or tells nothing of it"
    )
    created_at: datetime
    updated_at: datetime


class TargetPosition(NamedTuple):
    """A place in the list, which is by name."""

    name: str


class TargetList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    targets: list[Target]
    next_position: TargetPosition | None
    total: int


class TargetFilter(NamedTuple):
    """Which targets are listed; None for all."""

    q: str | None = None
    addon_id: str | None = None
    gateway_device_id: str | None = None
    is_failing: bool | None = None


class TargetWish(NamedTuple):
    """What a target is to be. Without an interval it is the addon's."""

    name: str
    addon_id: str
    host: str
    access: dict[str, Any]
    site_id: str | None
    gateway_device_id: str | None
    interval_seconds: int | None
    timeout_seconds: int
    failures_before_alert: int
    enabled: bool


class TrialState(StrEnum):
    """WAITING for a gateway's answer, ANSWERED, or given up: the gateway stayed SILENT."""

    WAITING = "WAITING"
    ANSWERED = "ANSWERED"
    SILENT = "SILENT"


class TargetTrial(Model):
    """What came of asking a target now."""

    state: TrialState
    outcome: OutcomeKind | None = Field(description="Null unless it is ANSWERED")
    reason: str = Field(description="What it waits for, or why it went wrong; empty when all went well")
    complete: bool = Field(description="Whether all questions were answered as they should be")
    seconds: float | None = Field(description="How long asking took")
    host_key: str | None = Field(description="What an SSH server showed, where no key of it is known")
    answers: list["TrialAnswer"]
    tested_at: datetime


class TrialAnswer(Model):
    """An answer, and what the addon makes of it."""

    question: str
    excerpt: str = Field(description="How the answer begins")
    raises: list[str] = Field(description="Summaries of the alerts that it would open")
    error: str | None = Field(description="Why the addon can't read it")
