"""Whether a job that is due is still to be sent, judged right before it is. Pure."""

from datetime import timedelta
from enum import Enum
from typing import Final, NamedTuple

from pulse.alerts.facts import AlertFacts
from pulse.notifications.job import JobStatus
from pulse.notifications.notice import NoticeEvent

_MOMENT: Final = timedelta(seconds=5)


class Verb(Enum):
    """What to do with a job."""

    SEND = "send"
    CANCEL = "cancel"
    WAIT = "wait"


class Decision(NamedTuple):
    """What to do with a job, and why; `wait` is how long."""

    verb: Verb
    reason: str = ""
    wait: timedelta = timedelta()


class Announcement(NamedTuple):
    """An earlier job that called the same receiver to the same alert."""

    status: JobStatus
    is_being_sent: bool


def decide(event: NoticeEvent, facts: AlertFacts | None, announcements: list[Announcement]) -> Decision:
    """A call for somebody is pointless once nobody is needed; the end of a call goes to whoever has heard the call.

    Without any announcement the receiver wants to know of ends alone, and is told.
    """
    if facts is None:
        return Decision(Verb.CANCEL, "the alert is gone")
    if event.calls_for_somebody:
        reason = facts.reason_to_leave_people_alone
        return Decision(Verb.SEND) if reason is None else Decision(Verb.CANCEL, reason)
    if any(announcement.is_being_sent for announcement in announcements):
        return Decision(Verb.WAIT, "the call itself is being sent", _MOMENT)
    if announcements and not any(announcement.status is JobStatus.SENT for announcement in announcements):
        return Decision(Verb.CANCEL, "this receiver was never told of the alert")
    return Decision(Verb.SEND)
