"""From site gateways to alerts: a message of up to 100 events, in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from pydantic import ValidationError

from pulse.alerts.alert_store import live_among
from pulse.alerts.lifecycle import close_alerts, open_alerts
from pulse.database import Connection, ingest_session
from pulse.devices.authorization import refuse_sender
from pulse.devices.known_devices import known_devices
from pulse.devices.liveness import note_signs_of_life, senders_of
from pulse.inbound.addon_store import EnabledAddon, TrapAddons
from pulse.inbound.cause_store import Told, accept_told
from pulse.inbound.causes import (
    Origin,
    gateway_origin,
    unreadable_closing,
    unreadable_fingerprint,
    unreadable_opening,
)
from pulse.inbound.gateway_message import (
    ReceivedEvent,
    UnreadableEvent,
    gateway_of_topic,
    read_gateway_message,
    unreadable,
)
from pulse.inbound.parsers.snmp import read_trap
from pulse.inbound.processing import Outcome, change_alerts
from pulse.inbound.reading import Delivery, read
from pulse.inbound.record import PayloadError
from pulse.inbound.refused_traps import hear_refusals
from pulse.logging import logger
from pulse.metrics import count
from pulse.polling.report import read_report
from pulse.quarantine.reasons import Reason, Refusal
from pulse.quarantine.store import record_refusals
from pulse.targets.gateway_trials import hear_trial
from pulse.targets.hearing import hear_poll
from pulse.telemetry.message import Envelope

_EVENTS: Final = UUID("0f7b3a0e-8f1d-4c39-8d5e-7b1b52c9b4aa")
_BAD_TOPIC: Final = Refusal(Reason.BAD_TOPIC, "the topic must be devices/{tenant_id}/{device_id}/inbound")


def process_gateway_message(envelope: Envelope) -> Outcome:
    """Do what a gateway tells. The sender's credential must be a live one of that very device.

    What is refused is in the quarantine, a whole message or a single event of it. Any message of the gateway's is a
    sign of its life.
    """
    with ingest_session() as connection:
        outcome = _process(connection, envelope)
        if isinstance(outcome, Refusal):
            record_refusals(connection, [(envelope, outcome)])
            logger.warning("gateway_refused", topic=envelope.topic, reason=outcome.reason.value)
            outcome = Outcome(ignored=1)
        note_signs_of_life(connection, senders_of([envelope]))
    return outcome


def _process(connection: Connection, envelope: Envelope) -> Outcome | Refusal:
    key = gateway_of_topic(envelope.topic)
    if key is None:
        return _BAD_TOPIC
    gateway = known_devices(connection, [(key, envelope.principal)]).get(key)
    refusal = refuse_sender(gateway, envelope.principal)
    if refusal is not None or gateway is None:
        return refusal or _BAD_TOPIC
    events = read_gateway_message(envelope)
    if isinstance(events, Refusal):
        return events
    origin = gateway_origin(gateway.tenant_id, gateway.device_id, gateway.site_id)
    return _process_events(connection, envelope, origin, events)


def _process_events(
    connection: Connection, envelope: Envelope, origin: Origin, found: Sequence[ReceivedEvent | UnreadableEvent]
) -> Outcome:
    refused = [each for each in found if isinstance(each, UnreadableEvent)]
    received = [each for each in found if isinstance(each, ReceivedEvent)]
    outcome, unread = _process_traps(
        connection, envelope.received_at, origin, [each for each in received if each.event.kind == "trap"]
    )
    for each in received:
        if each.event.kind != "trap":
            heard = _process_other(connection, envelope.received_at, origin, each)
            if isinstance(heard, UnreadableEvent):
                unread.append(heard)
            else:
                outcome += heard
    is_readable = len(received) > len(unread)
    return outcome + _tell_of_unreadable(connection, envelope, origin, refused + unread, is_readable=is_readable)


def _process_other(
    connection: Connection, heard_at: datetime, origin: Origin, told: ReceivedEvent
) -> Outcome | UnreadableEvent:
    """What it could not take, a poll of a target that it is to ask, or a trial that somebody waits for."""
    try:
        if told.event.kind == "refusals":
            return hear_refusals(connection, origin, told, heard_at)
        report = read_report(told.body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return UnreadableEvent(told.body, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    if report.kind == "trial":
        return hear_trial(
            connection, origin.tenant_id, report, heard_at=heard_at, gateway_device_id=str(origin.gateway_id)
        )
    return hear_poll(
        connection,
        origin.tenant_id,
        report,
        message_id=told.event.message_id,
        heard_at=heard_at,
        gateway_device_id=origin.gateway_id,
    )


def _process_traps(
    connection: Connection, heard_at: datetime, origin: Origin, traps: Sequence[ReceivedEvent]
) -> tuple[Outcome, list[UnreadableEvent]]:
    """Every notification goes to the addon that knows it best; what one message tells an addon is done at once."""
    addons = TrapAddons.load(connection, origin.tenant_id) if traps else TrapAddons({})
    told: dict[str, list[Told]] = defaultdict(list)
    unread: list[UnreadableEvent] = []
    ignored = 0
    for trap in traps:
        try:
            addon = _addon_for(addons, trap)
            if addon is None:
                ignored += 1
                continue
            delivery = Delivery(trap.body, trap.said_at, trap.event.source_address)
            reading = read(addon.manifest, delivery, addon.choice.overrides)
        except PayloadError as error:
            unread.append(unreadable(trap, error))
        else:
            told[addon.manifest.id] += [Told(trap.event.message_id, trap.said_at, event) for event in reading.events]
            ignored += len(reading.ignored)
    if ignored:
        count("InboundLeftAside", ignored)
        logger.info("traps_left_aside", tenant_id=origin.tenant_id, device_id=origin.gateway_id, traps=ignored)
    outcome = Outcome(ignored=ignored)
    for addon_id, events in told.items():
        outcome += _change(connection, heard_at, origin._replace(addon_id=addon_id), events)
    return outcome, unread


def _addon_for(addons: TrapAddons, trap: ReceivedEvent) -> EnabledAddon | None:
    identity = read_trap(trap.body).identity
    return None if identity is None else addons.find(identity)


def _change(connection: Connection, heard_at: datetime, origin: Origin, told: Sequence[Told]) -> Outcome:
    in_order = sorted(told, key=lambda each: each.position)
    accepted = accept_told(connection, origin, in_order)
    opened, closed = change_alerts(connection, heard_at, origin, [each.event for each in accepted])
    return Outcome(opened, closed, len(told) - len(accepted))


def _tell_of_unreadable(
    connection: Connection, envelope: Envelope, origin: Origin, refused: Sequence[UnreadableEvent], *, is_readable: bool
) -> Outcome:
    """Keep what could not be read where people can look at it, and tell them; or that it is over."""
    if refused:
        record_refusals(connection, [_quarantined(envelope, number, each) for number, each in enumerate(refused)])
        count("InboundUnreadable", len(refused))
        opening = unreadable_opening(origin, refused[-1].reason, envelope.received_at)
        return Outcome(opened=open_alerts(connection, [opening]))
    if is_readable and live_among(connection, [(origin.tenant_id, unreadable_fingerprint(origin.source_id))]):
        return Outcome(closed=close_alerts(connection, [unreadable_closing(origin, envelope.received_at)]))
    return Outcome()


def _quarantined(envelope: Envelope, number: int, refused: UnreadableEvent) -> tuple[Envelope, Refusal]:
    event = Envelope(
        message_id=str(uuid5(_EVENTS, f"{envelope.message_id}:{number}")),
        topic=envelope.topic,
        principal=envelope.principal,
        received_milliseconds=envelope.received_milliseconds,
        payload=refused.body,
        redelivered=envelope.redelivered,
    )
    return event, Refusal(Reason.UNDECODABLE, refused.reason)
