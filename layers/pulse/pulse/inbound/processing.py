"""From the queue to alerts: one message, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pulse.alerts.alert_store import live_among, lock_live_alerts
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.database import Connection, ingest_session
from pulse.inbound import addon_store, source_store
from pulse.inbound.cause_store import accept_events
from pulse.inbound.causes import (
    Origin,
    addon_closing,
    addon_opening,
    storm_closing,
    storm_opening,
    unreadable_closing,
    unreadable_fingerprint,
    unreadable_opening,
)
from pulse.inbound.manifest import Manifest
from pulse.inbound.message import Message
from pulse.inbound.parsers.snmp import read_trap
from pulse.inbound.reading import Clear, Raise, Reading, read
from pulse.inbound.recognition import recognize_devices
from pulse.inbound.record import PayloadError
from pulse.inbound.source_store import SourceRow
from pulse.inbound.steps import plan_steps
from pulse.logging import logger
from pulse.metrics import count
from pulse.quarantine.reasons import Reason, Refusal
from pulse.quarantine.store import record_refusals
from pulse.telemetry.message import Envelope

_STORM_IS_OVER_AFTER: Final = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message."""

    opened: int = 0
    closed: int = 0
    ignored: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.opened + other.opened, self.closed + other.closed, self.ignored + other.ignored)


def process(message: Message, now: datetime) -> Outcome:
    """Do what a message says. What nobody waits for any more, because its source is gone, is left aside."""
    with ingest_session() as connection:
        source = source_store.hold_source(connection, message.tenant_id, message.source_id)
        if message.kind == "storm_check":
            return _check_storm(connection, message, now)
        if source is None:
            _leave_aside(message, "the source is gone")
            return Outcome(ignored=1)
        if message.kind == "storm":
            return Outcome(opened=open_alerts(connection, [storm_opening(_origin(source, ""), now)]))
        return _process_delivery(connection, message, source)


def _process_delivery(connection: Connection, message: Message, source: SourceRow) -> Outcome:
    origin = _origin(source, source["addon_id"] or "")
    try:
        manifest = _manifest_for(connection, message, source)
        if manifest is None:
            _leave_aside(message, "no enabled addon is for it")
            return Outcome(ignored=1)
        origin = origin._replace(addon_id=manifest.id)
        choice = addon_store.find_choices(connection, message.tenant_id, manifest.id).get(manifest.id)
        if choice is None or not choice.enabled:
            _leave_aside(message, "the addon is disabled")
            return Outcome(ignored=1)
        reading = read(manifest, message.delivery, choice.overrides)
    except PayloadError as error:
        return _refuse(connection, message, origin, str(error))
    outcome = _apply(connection, message, origin, reading)
    source_store.note_received(connection, message.tenant_id, message.source_id, error=None, now=message.received_at)
    return outcome


def _manifest_for(connection: Connection, message: Message, source: SourceRow) -> Manifest | None:
    """The addon that the source names, or the one that knows the notification best. Raises PayloadError."""
    if source["addon_id"] is not None:
        return addon_store.find_manifest(connection, message.tenant_id, source["addon_id"])
    trap_oid = read_trap(message.body).identity
    return None if trap_oid is None else addon_store.manifest_for_trap(connection, message.tenant_id, trap_oid)


def _apply(connection: Connection, message: Message, origin: Origin, reading: Reading) -> Outcome:
    """Open and close what is told, and end the alert that the source could not be read."""
    accepted = accept_events(connection, message, origin.addon_id, reading.events) if reading.events else frozenset()
    events = [event for event in reading.events if event.fingerprint in accepted]
    opened, closed = change_alerts(connection, message.received_at, origin, events)
    key = (origin.tenant_id, unreadable_fingerprint(origin.source_id))
    if live_among(connection, [key]):
        closed += close_alerts(connection, [unreadable_closing(origin, message.received_at)])
    return Outcome(opened, closed, len(reading.ignored) + len(reading.events) - len(events))


def change_alerts(
    connection: Connection, heard_at: datetime, origin: Origin, events: Sequence[Raise | Clear]
) -> tuple[int, int]:
    """Open and close what events tell, in their order; return how many alerts opened and how many closed."""
    raised = [event.device for event in events if isinstance(event, Raise)]
    devices = recognize_devices(connection, origin, raised, heard_at) if raised else {}
    opened = closed = 0
    for step in plan_steps(events):
        openings = [
            addon_opening(origin, repeated, devices[repeated.newest.device.key], heard_at)
            for repeated in step.raises.values()
        ]
        opened += open_alerts(connection, openings)
        closed += close_alerts(connection, [addon_closing(origin, event, heard_at) for event in step.clears.values()])
    return opened, closed


def _refuse(connection: Connection, message: Message, origin: Origin, reason: str) -> Outcome:
    """Keep what could not be read where people can look at it, and tell them."""
    envelope = Envelope(
        message_id=str(message.message_id),
        topic=f"hooks/{message.tenant_id}/{message.source_id}",
        principal=str(message.source_id),
        received_milliseconds=int(message.received_at.timestamp() * 1000),
        payload=message.body,
        redelivered=True,
    )
    record_refusals(connection, [(envelope, Refusal(Reason.UNDECODABLE, reason))])
    opened = open_alerts(connection, [unreadable_opening(origin, reason, message.received_at)])
    source_store.note_received(connection, message.tenant_id, message.source_id, error=reason, now=message.received_at)
    count("InboundUnreadable")
    return Outcome(opened=opened)


def _check_storm(connection: Connection, message: Message, now: datetime) -> Outcome:
    """End the alert of a storm unless it has been told of again meanwhile."""
    closing = storm_closing(message.tenant_id, message.source_id, now)
    live = lock_live_alerts(connection, [closing.key]).get(closing.key)
    if live is None or live["last_triggered_at"] > now - _STORM_IS_OVER_AFTER:
        return Outcome(ignored=1)
    return Outcome(closed=close_alerts(connection, [closing]))


def _leave_aside(message: Message, reason: str) -> None:
    count("InboundLeftAside")
    logger.warning("inbound_left_aside", tenant_id=message.tenant_id, source_id=str(message.source_id), reason=reason)


def _origin(source: SourceRow, addon_id: str) -> Origin:
    return Origin(source["tenant_id"], source["source_id"], source["name"], addon_id, source["site_id"])
