"""A schedule as an iCalendar document (RFC 5545) that calendar programs subscribe to. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

import icalendar

from pulse.oncall.schedule import Override
from pulse.oncall.timeline import Duty, explain

_REFRESH: Final = timedelta(hours=1)


def write_calendar(schedule_id: UUID, name: str, changed_at: datetime, items: Iterable[Duty]) -> str:
    """The document. The same duty has the same UID in every document of the schedule."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Pulse//On-call//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"On-call: {name}")
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for item in items:
        event = icalendar.Event()
        event.add("uid", str(duty_uid(schedule_id, item)))
        event.add("dtstamp", changed_at)
        event.add("dtstart", item.start)
        event.add("dtend", item.end)
        event.add("summary", f"{item.assignment.responder.name} on call: {name}")
        event.add("description", explain(item.assignment))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def duty_uid(schedule_id: UUID, item: Duty) -> UUID:
    """A name for a duty that stays the same for as long as person, cause and start do."""
    cause = item.assignment.cause
    source = str(cause.override_id) if isinstance(cause, Override) else f"{cause.layer.layer_id}:{cause.number}"
    return uuid5(schedule_id, f"{source}:{item.assignment.responder.email}:{item.start.isoformat()}")
