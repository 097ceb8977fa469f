"""Notifications that a gateway could not take, because a sender floods it or its spool is full: told of as an alert.

{"kind": "refusals", "refused": {"rate": 17, "spool": 0}, "seconds": 60}
"""

from datetime import datetime
from typing import Annotated, Literal

import orjson
from pydantic import Field

from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.database import Connection
from pulse.inbound.cause_store import Told, accept_told
from pulse.inbound.causes import Origin, refused_closing, refused_fingerprint, refused_opening
from pulse.inbound.gateway_message import ReceivedEvent
from pulse.inbound.identity import DeviceIdentity
from pulse.inbound.processing import Outcome
from pulse.inbound.reading import Clear
from pulse.metrics import count
from pulse.models import Model


class RefusalReport(Model):
    """How many were not taken and why; none at all when it is over."""

    kind: Literal["refusals"]
    refused: dict[Literal["rate", "spool"], Annotated[int, Field(ge=0)]]
    seconds: int = Field(ge=0)


def hear_refusals(connection: Connection, origin: Origin, told: ReceivedEvent, heard_at: datetime) -> Outcome:
    """Open the alert or end it; what is sent again or comes late says nothing. Raises pydantic.ValidationError."""
    report = RefusalReport.model_validate(orjson.loads(told.body))
    cause = Clear(refused_fingerprint(origin.source_id), "TRAPS_REFUSED", DeviceIdentity(), told.said_at)
    if not accept_told(connection, origin, [Told(told.event.message_id, told.said_at, cause)]):
        return Outcome(ignored=1)
    refused = {str(reason): number for reason, number in report.refused.items()}
    total = sum(refused.values())
    if not total:
        return Outcome(closed=close_alerts(connection, [refused_closing(origin, heard_at)]))
    count("TrapsRefused", total)
    return Outcome(opened=open_alerts(connection, [refused_opening(origin, refused, report.seconds, heard_at)]))
