"""What a person can do with an alert, and what becomes of it. Pure.

Each action may be repeated: an alert that is as it should be stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NoReturn

from pulse.alerts.alert import Alert, AlertStatus
from pulse.errors import ConflictError

MAX_SILENCE_MINUTES: Final = 1440


class AlertAction(StrEnum):
    """What a person can do with an alert."""

    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "unacknowledge"
    SILENCE = "silence"
    UNSILENCE = "unsilence"
    COMMENT = "comment"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """An action of somebody at a time.

    `remark` is the reason of a close, or the comment. A silence ends at `until`, or with the alert if that is None.
    """

    action: AlertAction
    by: str
    at: datetime
    remark: str | None = None
    until: datetime | None = None

    @property
    def always_tells(self) -> bool:
        """Whether it is told of though the alert stays as it is."""
        return self.action is AlertAction.COMMENT


def handle(alert: Alert, handling: Handling) -> Alert:
    """The alert after the action. Raises ConflictError when its state does not allow it."""
    match handling.action:
        case AlertAction.ACKNOWLEDGE:
            return _acknowledge(alert, handling)
        case AlertAction.UNACKNOWLEDGE:
            return _unacknowledge(alert)
        case AlertAction.SILENCE:
            return _silence(alert, handling)
        case AlertAction.UNSILENCE:
            return alert.model_copy(update=_NO_SILENCE)
        case AlertAction.CLOSE:
            return _close(alert, handling)
        case AlertAction.COMMENT:
            return alert


_NO_SILENCE: Final = dict.fromkeys(("silenced_at", "silenced_until", "silenced_by"))


def _acknowledge(alert: Alert, handling: Handling) -> Alert:
    if alert.status is AlertStatus.CLOSED:
        _refuse_closed("acknowledge")
    if alert.status is AlertStatus.ACKNOWLEDGED:
        return alert
    return alert.model_copy(
        update={"status": AlertStatus.ACKNOWLEDGED, "acknowledged_at": handling.at, "acknowledged_by": handling.by}
    )


def _unacknowledge(alert: Alert) -> Alert:
    if alert.status is AlertStatus.CLOSED:
        _refuse_closed("give back")
    return alert.model_copy(update={"status": AlertStatus.OPEN, "acknowledged_at": None, "acknowledged_by": None})


def _silence(alert: Alert, handling: Handling) -> Alert:
    if alert.status is AlertStatus.CLOSED:
        _refuse_closed("silence")
    if alert.silenced_at is not None and alert.silenced_until == handling.until:
        return alert
    return alert.model_copy(
        update={"silenced_at": handling.at, "silenced_until": handling.until, "silenced_by": handling.by}
    )


def _close(alert: Alert, handling: Handling) -> Alert:
    if alert.status is AlertStatus.CLOSED:
        return alert
    closed = {
        "status": AlertStatus.CLOSED,
        # A device's clock may be ahead of ours: no alert is closed before it was opened.
        "closed_at": max(handling.at, alert.opened_at),
        "closed_by": handling.by,
        "closed_reason": handling.remark,
    }
    return alert.model_copy(update={**closed, **_NO_SILENCE})


def _refuse_closed(what: str) -> NoReturn:
    message = f"the alert is closed; there is nothing left to {what}"
    raise ConflictError(message)
