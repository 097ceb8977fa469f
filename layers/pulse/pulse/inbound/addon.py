"""Addons as people see them. Pure, and light: what a manifest is made of is imported where one is read."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import Field

from pulse.alerts.severity import Severity
from pulse.inbound.authentication import Authentication
from pulse.inbound.override import AlertOverride
from pulse.models import Model
from pulse.versions import Versioned


class AddonMaker(StrEnum):
    """Where an addon is from."""

    BUILT_IN = "BUILT_IN"
    CUSTOM = "CUSTOM"


class AddonAlert(Model):
    """A type of alert of an addon, as it holds for the tenant."""

    type: str
    title: str = Field(description="Its template: `{field}` stands for a field's value")
    category: str
    enabled: bool
    severity: Severity = Field(description="Where a message does not say another one, or the tenant has chosen it")
    severity_field: str | None = Field(
        description="The field in which a message says another one; what the tenant has chosen holds all the same"
    )
    override: AlertOverride | None = Field(description="What the tenant has chosen in the addon's place")


class AddonSummary(Versioned):
    """An addon, and what the tenant has made of it."""

    addon_id: str
    name: str
    vendor: str
    description: str
    addon_version: str
    category: str
    method: str = Field(description="How messages come: webhook, snmp_trap, snmp_poll, api_poll or ssh")
    authentication: Authentication | None = Field(
        description="How the system can show the secret of a source; null where the addon does not say"
    )
    made_by: AddonMaker
    enabled: bool


class Addon(AddonSummary):
    """An addon with all that it is."""

    setup: str = Field(description="What to set at the sender")
    documentation_url: str | None
    alerts: list[AddonAlert]
    manifest: dict[str, Any] = Field(description="By the schema in docs/addons")


class AddonVersion(Model):
    """A version of an addon of the tenant's own."""

    number: int = Field(description="Counts the uploads; the highest one reads")
    addon_version: str
    uploaded_at: datetime
    uploaded_by: str
    manifest: dict[str, Any]


class AddonChoice(NamedTuple):
    """What a tenant wants of an addon."""

    enabled: bool
    overrides: dict[str, AlertOverride]


class TrialDevice(Model):
    """A device as a message names it."""

    id: str | None
    name: str | None
    address: str | None


class TrialEvent(Model):
    """What a message would raise or clear."""

    kind: str = Field(description="RAISE or CLEAR")
    type: str
    fingerprint: str = Field(description="A clear ends the alert that has the same")
    device: TrialDevice
    occurred_at: datetime
    severity: Severity | None = Field(None, description="Of a raise")
    category: str | None = None
    summary: str | None = None
    description: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict, description="What was read, of a raise")


class TrialIgnored(Model):
    """A record that would change nothing."""

    reason: str
    fields: dict[str, Any]


class AddonTrial(Model):
    """What an addon makes of a payload."""

    ok: bool = Field(description="Whether the payload can be read")
    error: str | None = Field(description="Why it can't be")
    events: list[TrialEvent]
    ignored: list[TrialIgnored]


class TrialWish(NamedTuple):
    """What is to be tried: a payload with an addon that there is, or with a manifest that may become one."""

    addon_id: str | None
    manifest: dict[str, Any] | None
    payload: bytes
    query: dict[str, str]
    source_address: str | None
    question: str | None = None
