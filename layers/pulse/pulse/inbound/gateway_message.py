"""What a site gateway sends to `devices/{tenant_id}/{device_id}/inbound`: up to 100 events in a message. Pure.

    {"version": "1", "events": [
        {"kind": "trap", "message_id": "0d3c…", "received_at": "2026-11-20T12:00:00.000001Z",
         "source_address": "192.0.2.7", "version": "2c", "agent_address": "192.0.2.7",
         "trap_oid": "1.3.6.1.6.3.1.1.5.3", "varbinds": [{"oid": "1.3.6.1.2.1.2.2.1.1.7", "value": 7}]}]}

An event has an id and a time of its own, which never change: however often it is sent, it counts once.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from pulse.inbound.record import PayloadError
from pulse.models import WHEN_USED
from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.message import Envelope

MAX_EVENTS: Final = 100
_TOLERANCE: Final = timedelta(minutes=5)
_EXAMPLE: Final = "devices/{tenant_id}/{device_id}/inbound"


class GatewayEvent(BaseModel):
    """What all events have; the rest of one belongs to its kind."""

    model_config = ConfigDict(**WHEN_USED, extra="allow", frozen=True)

    kind: Literal["trap", "poll", "trial", "refusals"]
    message_id: UUID
    received_at: AwareDatetime = Field(description="By the gateway's clock, which goes up from event to event")
    source_address: Annotated[str, StringConstraints(max_length=100)] | None = None


class ReceivedEvent(NamedTuple):
    """An event, the bytes that a parser reads, and the time that orders what is said of a cause."""

    event: GatewayEvent
    body: bytes
    said_at: datetime


class UnreadableEvent(NamedTuple):
    """What stands in the place of an event and is none."""

    body: bytes
    reason: str


def gateway_of_topic(topic: str) -> tuple[str, str] | None:
    """Tenant and device of a gateway's topic; None for any other."""
    match topic.split("/"):
        case ["devices", str(tenant_id), str(device_id), "inbound"] if tenant_id and device_id:
            return tenant_id, device_id
    return None


def read_gateway_message(envelope: Envelope) -> list[ReceivedEvent | UnreadableEvent] | Refusal:
    """The events of a message, the unreadable ones too; or why the whole message is refused."""
    if gateway_of_topic(envelope.topic) is None:
        return Refusal(Reason.BAD_TOPIC, f"the topic must be {_EXAMPLE}")
    try:
        document = orjson.loads(envelope.payload)
    except orjson.JSONDecodeError as error:
        return Refusal(Reason.INVALID_JSON, f"not JSON: {error}")
    match document:
        case {"version": "1", "events": [*events]} if len(events) <= MAX_EVENTS:
            return _in_our_time([_read_event(event) for event in events], envelope.received_at)
        case {"version": "1", "events": [*events]}:
            return Refusal(Reason.UNDECODABLE, f"it has {len(events)} events; {MAX_EVENTS} are taken at once")
        case {"version": "1"}:
            return Refusal(Reason.UNDECODABLE, "events: must be a list of events")
        case {"version": version}:
            return Refusal(Reason.UNSUPPORTED_VERSION, f"version {str(version)[:20]} is not known; 1 is")
        case _:
            return Refusal(Reason.UNDECODABLE, "it must have version and events")


def unreadable(received: ReceivedEvent, error: PayloadError) -> UnreadableEvent:
    """An event that its addon can't read."""
    return UnreadableEvent(received.body, str(error))


def _in_our_time(found: list[ReceivedEvent | UnreadableEvent], now: datetime) -> list[ReceivedEvent | UnreadableEvent]:
    """A clock that is far ahead of ours is put back, by as much for all events of a message: their order stays."""
    ahead = max((each.said_at - now for each in found if isinstance(each, ReceivedEvent)), default=timedelta())
    if ahead <= _TOLERANCE:
        return found
    return [each._replace(said_at=each.said_at - ahead) if isinstance(each, ReceivedEvent) else each for each in found]


def _read_event(document: Any) -> ReceivedEvent | UnreadableEvent:
    body = orjson.dumps(document)
    try:
        event = GatewayEvent.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return UnreadableEvent(body, f"{place}: {first['msg']}" if place else str(first["msg"]))
    return ReceivedEvent(event, body, event.received_at)
