"""What people do with alerts of their tenant, one at a time or up to 200 together."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field

from pulse import clock
from pulse.alerts.alert import Alert
from pulse.alerts.handling import changing as handling
from pulse.alerts.handling.actions import MAX_SILENCE_MINUTES, AlertAction, Handling
from pulse.api.problems import status_of
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Remark
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.models import Input, Model

routes = Routes("Alerts")
_CONFLICT = (HTTPStatus.CONFLICT,)

Minutes = Annotated[
    int | None,
    Field(ge=1, le=MAX_SILENCE_MINUTES, description="How long to silence; until the alert is closed when left out"),
]


class CloseAlert(Input):
    """Why an alert is closed."""

    reason: Remark | None = Field(None, description="For those who read the timeline later")


class SilenceAlert(Input):
    """How long, and why, nobody is to be told of an alert."""

    minutes: Minutes = None
    reason: Remark | None = Field(None, description="For those who read the timeline later")


class CommentAlert(Input):
    """Something to remember about an alert."""

    comment: Remark


class HandleAlerts(Input):
    """The same action on several alerts."""

    action: AlertAction
    alert_ids: list[UUID] = Field(min_length=1, max_length=200)
    minutes: Minutes = None
    remark: Remark | None = Field(None, description="The reason of a close or a silence; the comment")


class Refusal(Model):
    """Why nothing was done with an alert."""

    status: int = Field(description="As for the action on this one alert", examples=[404, 409])
    detail: str


class HandledAlert(Model):
    """What became of one alert."""

    alert_id: UUID
    changed: bool = Field(description="False when it was as it should be, or was refused")
    alert: Alert | None = Field(description="As it is now; null when it was refused")
    refusal: Refusal | None


class HandledAlerts(Model):
    """What became of each alert, in the order asked for; an id that was named twice is there once."""

    changed: int = Field(description="How many alerts changed")
    refused: int
    results: list[HandledAlert]


@routes.post("/customer/alerts/<alert_id>/acknowledge", permission=Permission.HANDLE_ALERTS, also=_CONFLICT)
def acknowledge_alert(alert_id: UUID) -> Alert:
    """Acknowledge an open alert.

    Once is enough: an acknowledged alert stays as it is. A closed one answers 409.
    """
    return _handle(alert_id, AlertAction.ACKNOWLEDGE)


@routes.post("/customer/alerts/<alert_id>/unacknowledge", permission=Permission.HANDLE_ALERTS, also=_CONFLICT)
def unacknowledge_alert(alert_id: UUID) -> Alert:
    """Give an acknowledged alert back: it is open again.

    An open alert stays as it is. A closed one answers 409.
    """
    return _handle(alert_id, AlertAction.UNACKNOWLEDGE)


@routes.post("/customer/alerts/<alert_id>/silence", permission=Permission.HANDLE_ALERTS, also=_CONFLICT)
def silence_alert(alert_id: UUID, body: Annotated[SilenceAlert | None, Body()] = None) -> Alert:
    """Silence an alert for a time, or until it is closed: it goes on, and nobody is told of it.

    Silencing it again sets the time anew. A closed one answers 409. The body may be left out.
    """
    wanted = body or SilenceAlert(minutes=None, reason=None)
    return _handle(alert_id, AlertAction.SILENCE, remark=wanted.reason, minutes=wanted.minutes)


@routes.post("/customer/alerts/<alert_id>/unsilence", permission=Permission.HANDLE_ALERTS)
def unsilence_alert(alert_id: UUID) -> Alert:
    """End the silence of an alert.

    One that is not silenced stays as it is.
    """
    return _handle(alert_id, AlertAction.UNSILENCE)


@routes.post("/customer/alerts/<alert_id>/comment", permission=Permission.HANDLE_ALERTS)
def comment_alert(alert_id: UUID, body: Annotated[CommentAlert, Body()]) -> Alert:
    """Write something into the timeline of an alert, be it closed or not."""
    return _handle(alert_id, AlertAction.COMMENT, remark=body.comment)


@routes.post("/customer/alerts/<alert_id>/close", permission=Permission.HANDLE_ALERTS)
def close_alert(alert_id: UUID, body: Annotated[CloseAlert | None, Body()] = None) -> Alert:
    """Close an alert.

    Once is enough: a closed alert is answered with 200 and stays as it is, with who closed it first, when and why. The
    body may be left out.
    """
    return _handle(alert_id, AlertAction.CLOSE, remark=body.reason if body else None)


@routes.post("/customer/alerts/bulk", permission=Permission.HANDLE_ALERTS)
def handle_alerts(body: Annotated[HandleAlerts, Body()]) -> HandledAlerts:
    """Do the same with up to 200 alerts.

    Each is dealt with as by the route for one; what is refused for one leaves the others alone.
    """
    _check_fit(body)
    wanted = _handling(body.action, remark=body.remark, minutes=body.minutes)
    outcomes = handling.handle_alerts(principal(), body.alert_ids, wanted, origin=origin())
    results = [
        HandledAlert(
            alert_id=outcome.alert_id,
            changed=outcome.changed,
            alert=outcome.alert,
            refusal=Refusal(status=status_of(outcome.refusal), detail=outcome.refusal.message)
            if outcome.refusal
            else None,
        )
        for outcome in outcomes
    ]
    return HandledAlerts(
        changed=sum(result.changed for result in results),
        refused=sum(result.refusal is not None for result in results),
        results=results,
    )


def _check_fit(body: HandleAlerts) -> None:
    if body.action is AlertAction.COMMENT and body.remark is None:
        message = "a comment needs a text"
        raise InvalidInputError(message, errors=(FieldError("remark", "is needed for a comment"),))
    if body.action is not AlertAction.SILENCE and body.minutes is not None:
        message = "only a silence has an end"
        raise InvalidInputError(message, errors=(FieldError("minutes", "is for a silence alone"),))


def _handle(alert_id: UUID, action: AlertAction, *, remark: str | None = None, minutes: int | None = None) -> Alert:
    wanted = _handling(action, remark=remark, minutes=minutes)
    return handling.handle_alert(principal(), alert_id, wanted, origin=origin())


def _handling(action: AlertAction, *, remark: str | None, minutes: int | None) -> Handling:
    now = clock.now()
    return Handling(action=action, by=principal().name, at=now, remark=remark, until=_until(now, minutes))


def _until(now: datetime, minutes: int | None) -> datetime | None:
    return None if minutes is None else now + timedelta(minutes=minutes)
