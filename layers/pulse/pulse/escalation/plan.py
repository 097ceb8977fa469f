"""What is due for an alert that escalates, decided anew from the truth each time. Pure.

Whatever wakes up (an execution, an event, the sweep) asks here; it may wake up too early, twice or for nothing.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pulse.escalation.policy import EscalationRules


class WaitingFor(StrEnum):
    """What the due time is about."""

    LEVEL = "level"
    ACKNOWLEDGEMENT = "acknowledgement"
    SILENCE = "silence"


class Action(StrEnum):
    """What is to be done now.

    `tell`: the step's level is told. `unanswered`: everybody was told and nobody has answered. `reopen`: it was
    acknowledged for too long. `wait`: nothing before the due time. `rest`: nothing until the alert changes. `end`:
    nothing any more.
    """

    TELL = "tell"
    UNANSWERED = "unanswered"
    REOPEN = "reopen"
    WAIT = "wait"
    REST = "rest"
    END = "end"


class Progress(NamedTuple):
    """How far an escalation has come: the step that is next (from 0), when something is due, and what that is about."""

    step: int
    due_at: datetime | None
    waiting_for: WaitingFor


class AlertTruth(NamedTuple):
    """What counts of an alert. `silenced_until` is None also of a silence that lasts until the alert is closed."""

    status: str
    acknowledged_at: datetime | None
    silenced: bool
    silenced_until: datetime | None


class Decision(NamedTuple):
    """What to do now, and how far the escalation has come after that."""

    action: Action
    after: Progress


def decide(rules: EscalationRules, progress: Progress, alert: AlertTruth, now: datetime) -> Decision:
    """What is to be done at `now`."""
    if alert.status == "CLOSED":
        return Decision(Action.END, progress._replace(due_at=None))
    if alert.status == "ACKNOWLEDGED":
        return _acknowledged(rules, progress, alert, now)
    if alert.silenced and (alert.silenced_until is None or alert.silenced_until > now):
        return _silenced(progress, alert.silenced_until)
    return _open(rules, progress, now)


def _acknowledged(rules: EscalationRules, progress: Progress, alert: AlertTruth, now: datetime) -> Decision:
    timeout = rules.acknowledgement_timeout_minutes
    if timeout is None or alert.acknowledged_at is None:
        return Decision(Action.REST, Progress(progress.step, None, WaitingFor.ACKNOWLEDGEMENT))
    due_at = alert.acknowledged_at + timedelta(minutes=timeout)
    if due_at > now:
        return Decision(Action.WAIT, Progress(progress.step, due_at, WaitingFor.ACKNOWLEDGEMENT))
    return Decision(Action.REOPEN, Progress(0, now + rules.delay_before(0), WaitingFor.LEVEL))


def _silenced(progress: Progress, until: datetime | None) -> Decision:
    if until is None:
        return Decision(Action.REST, Progress(progress.step, None, WaitingFor.SILENCE))
    if progress.waiting_for is WaitingFor.LEVEL and progress.due_at is not None and progress.due_at >= until:
        return Decision(Action.WAIT, progress)
    return Decision(Action.WAIT, Progress(progress.step, until, WaitingFor.SILENCE))


def _open(rules: EscalationRules, progress: Progress, now: datetime) -> Decision:
    step, due_at, waiting_for = progress
    if step > rules.steps:
        return Decision(Action.REST, Progress(step, None, WaitingFor.LEVEL))
    if due_at is None or (due_at > now and waiting_for is not WaitingFor.LEVEL):
        # Given back, or heard again before its time: whoever is next has the usual time before they are told.
        return Decision(Action.WAIT, Progress(step, now + rules.delay_before(step), WaitingFor.LEVEL))
    if due_at > now:
        return Decision(Action.WAIT, progress)
    if step == rules.steps:
        return Decision(Action.UNANSWERED, Progress(step + 1, None, WaitingFor.LEVEL))
    return Decision(Action.TELL, Progress(step + 1, now + rules.delay_before(step + 1), WaitingFor.LEVEL))
