"""A notification job: what one receiver is told of an alert or a subscription, or a test, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, Field

from pulse.alerts.inbox.briefs import AlertBrief
from pulse.models import Model
from pulse.notifications.channels.kind import KindName
from pulse.notifications.notice import NoticeEvent

EMAIL_TARGET: Final = "email:"
"""With what the target begins that is an address and no channel."""


class JobStatus(StrEnum):
    """PENDING: on its way; SENT: taken by the other side; FAILED: given up, until somebody replays it; CANCELLED: it
    became pointless before it was sent; THROTTLED: the receiver was told of the same cause a moment ago.
    """

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    THROTTLED = "THROTTLED"


class NotificationJob(Model):
    """One receiver, one event of one alert, one notice before the end of a subscription, or one test of a channel."""

    job_id: UUID
    alert_id: UUID | None = Field(description="Null for a notice of a subscription and for a test")
    subscription_id: UUID | None = Field(description="Null for an event of an alert and for a test")
    event: NoticeEvent
    step: int = Field(
        description="Which step of the escalation; of a subscription the days that are left; 0 for other events"
    )
    level: int | None = Field(description="Level of the escalation")
    target: str = Field(description="The channel's id, or `email:` and an address")
    channel_id: UUID | None
    kind: KindName
    reason: str = Field(description="Why this receiver")
    happened_at: datetime
    status: JobStatus
    attempts: int
    due_at: datetime | None = Field(description="When it is sent, or tried again; null when it is finished")
    outcome: str | None = Field(description="What came of it, in words")
    created_at: datetime
    finished_at: datetime | None


class Attempt(Model):
    """One try to send."""

    number: int
    started_at: datetime
    latency_milliseconds: int
    outcome: str = Field(description="`SENT`, `TEMPORARY` or `PERMANENT`")
    status_code: int | None = Field(description="The protocol's own code, if it has one")
    error: str | None
    answer: str = Field(description="The beginning of what the other side said")


class ListedJob(NotificationJob):
    """A job with what it is about."""

    alert: AlertBrief | None = Field(description="Null for a test, which is about none")


class NotificationJobDetail(ListedJob):
    """A job with every try to send it."""

    tries: list[Attempt] = Field(description="Oldest first")


class JobFilter(NamedTuple):
    """What narrows the log; None does not. `start` ≤ created_at < `end`."""

    status: JobStatus | None = None
    event: NoticeEvent | None = None
    kind: KindName | None = None
    channel_id: UUID | None = None
    alert_id: UUID | None = None
    subscription_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None


class JobPosition(NamedTuple):
    """A place in the log, which has the newest first."""

    created_at: AwareDatetime
    job_id: UUID


class JobList(NamedTuple):
    """A page, and where the next one starts (None after the last)."""

    jobs: list[ListedJob]
    next_position: JobPosition | None
