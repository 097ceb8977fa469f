"""What people see of subscriptions."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulse.models import Model
from pulse.subscriptions.lifecycle import Life, SubscriptionKind, SubscriptionStatus
from pulse.versions import Versioned


class Subscription(Versioned):
    """For how many devices and how long a tenant may use Pulse."""

    subscription_id: UUID
    tenant_id: str
    kind: SubscriptionKind
    parent_subscription_id: UUID | None = Field(description="The MAIN of an ADDON")
    name: str
    plan: str
    description: str
    status: SubscriptionStatus
    status_since: datetime
    status_reason: str = Field(description="Why an operator has suspended it")
    term_start: datetime
    term_end: datetime = Field(description="An ADDON's is that of its MAIN")
    days_left: int = Field(description="Until the term ends, begun days included; 0 when it is over")
    status_ends_at: datetime | None = Field(description="When it leaves its status by itself; null: it does not")
    data_kept_until: datetime | None = Field(description="Of one that is EXPIRED; null of others")
    device_limit: int = Field(description="Its own seats")
    seat_limit: int = Field(description="Its own seats and those of its ADDONs; 0 for an ADDON")
    devices: int = Field(description="Seats that are taken, of its ADDONs too")
    seats_free: int = Field(description="0 as well while it is not in force")
    created_at: datetime
    updated_at: datetime


class TenantSubscription(Subscription):
    """A subscription with whose it is."""

    tenant_name: str


class SubscriptionSummary(Model):
    """All that a tenant has together; what is SUSPENDED or EXPIRED does not count."""

    is_restricted: bool = Field(description="None is in force: devices are not heard, and changes are refused")
    seat_limit: int
    devices: int
    seats_free: int


class SubscriptionEvent(Model):
    """An entry of a subscription's history."""

    event_id: int
    subscription_id: UUID
    time: datetime
    event: str = Field(
        description="`created`, `changed`, `noticed`, `deletion_noticed`, `status_changed`, `suspended`, `resumed`, "
        "`renewal_requested`, `renewal_withdrawn`, `renewal_refused`, `renewed`, `devices_moved`"
    )
    actor: str = Field(description="Who did it; `system` when it was the time")
    from_status: SubscriptionStatus | None
    to_status: SubscriptionStatus
    detail: dict[str, Any]


class RenewalStatus(StrEnum):
    """REQUESTED: an operator has not decided yet."""

    REQUESTED = "REQUESTED"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Renewal(Model):
    """A tenant asks for a further term; what it gets is what an operator grants."""

    renewal_id: UUID
    tenant_id: str
    subscription_id: UUID
    subscription_name: str
    status: RenewalStatus
    term_days: int = Field(description="As asked for")
    device_limit: int | None = Field(description="Seats of its own, as asked for; null: as many as there are")
    granted_term_days: int | None = Field(description="Null until it is granted")
    granted_device_limit: int | None = Field(description="Null until it is granted, and when the seats stay")
    note: str
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str = Field(description="What the operator said")


class TenantRenewal(Renewal):
    """A renewal with whose it is."""

    tenant_name: str


class SubscriptionFilter(NamedTuple):
    """What narrows a list of subscriptions; None does not. `ending_before` is about terms that are not over yet."""

    tenant_id: str | None = None
    kind: SubscriptionKind | None = None
    status: SubscriptionStatus | None = None
    ending_before: datetime | None = None
    include_expired: bool = True


class SubscriptionSort(StrEnum):
    """What a list of subscriptions is sorted by; `status` ascending is the order of its life."""

    TERM_END = "term_end"
    NAME = "name"
    TENANT_ID = "tenant_id"
    STATUS = "status"
    DEVICES = "devices"


class SubscriptionPosition(NamedTuple):
    """A place in a list sorted by `sort`: the subscription there, and what a list may be sorted by."""

    sort: SubscriptionSort
    term_end: AwareDatetime
    name: str
    tenant_id: str
    status: SubscriptionStatus
    devices: int
    subscription_id: UUID


class EventPosition(NamedTuple):
    """A place in the history, which has the newest first."""

    time: AwareDatetime
    event_id: int


class RenewalPosition(NamedTuple):
    """A place in the list of renewals, which has the newest first."""

    requested_at: AwareDatetime
    renewal_id: UUID


class Record(NamedTuple):
    """A subscription as its table has it."""

    tenant_id: str
    subscription_id: UUID
    kind: SubscriptionKind
    parent_subscription_id: UUID | None
    name: str
    plan: str
    description: str
    device_limit: int
    addon_limit: int
    devices: int
    life: Life
    status_reason: str
    term_start: datetime
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def root_id(self) -> UUID:
        """The subscription whose seats and life these are: its MAIN's for an ADDON, its own for others."""
        return self.parent_subscription_id or self.subscription_id

    @property
    def seat_limit(self) -> int:
        """Its own seats and those of its ADDONs."""
        return 0 if self.kind is SubscriptionKind.ADDON else self.device_limit + self.addon_limit

    @property
    def seats_free(self) -> int:
        """Devices that may be added."""
        return max(0, self.seat_limit - self.devices) if self.life.status.is_in_force else 0


class SubscriptionList[S: Subscription](NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    subscriptions: list[S]
    next_position: SubscriptionPosition | None
    total: int


class EventList(NamedTuple):
    """A page of a history, and where the next one starts (None after the last)."""

    events: list[SubscriptionEvent]
    next_position: EventPosition | None


class RenewalList[R: Renewal](NamedTuple):
    """A page of renewals, and where the next one starts (None after the last)."""

    renewals: list[R]
    next_position: RenewalPosition | None
