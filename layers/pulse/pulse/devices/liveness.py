"""Signs of life beside readings: answers to commands, questions over HTTP, reports to the shadow."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pulse.alerts.causes import silence_closing
from pulse.alerts.lifecycle import close_alerts
from pulse.clock import from_epoch_milliseconds
from pulse.database import Connection, ingest_session
from pulse.devices.authorization import refuse_sender
from pulse.devices.known_devices import Sender, known_devices
from pulse.devices.registry import DeviceKey
from pulse.devices.state import Observation, is_worth_noting, observe
from pulse.devices.state_store import lock_states, record_transitions, write_states
from pulse.devices.topics import owner_of_topic
from pulse.events.outbox import publish_after_commit
from pulse.logging import logger
from pulse.quarantine.reasons import Reason, Refusal
from pulse.quarantine.store import record_refusals
from pulse.telemetry.message import Envelope


def note_sign_of_life(device: DeviceKey, principal: str, at: datetime) -> None:
    """Enter that a device was heard of, unless its sender is to be refused."""
    with ingest_session() as connection:
        came_back = note_signs_of_life(connection, {(device, principal): at})
    if came_back:
        publish_after_commit()


def note_reports(envelopes: Sequence[Envelope]) -> None:
    """Take what devices reported to their shadows over MQTT. AWS IoT keeps the reports; here they are signs of life.

    The sender's credential must be a live one of the very device, as for every message; else it goes to quarantine.
    """
    if not envelopes:
        return
    with ingest_session() as connection:
        note_signs_of_life(connection, senders_of(envelopes))
        refused = [(envelope, refusal) for envelope in envelopes if (refusal := _refuse(connection, envelope))]
        record_refusals(connection, refused)
    publish_after_commit()
    logger.info("shadow_reports_noted", reports=len(envelopes), refused=len(refused))


def senders_of(envelopes: Iterable[Envelope]) -> dict[Sender, datetime]:
    """Who has sent messages, and when each was heard of last."""
    newest: dict[Sender, int] = {}
    for envelope in envelopes:
        if (key := owner_of_topic(envelope.topic)) is not None:
            sender = (key, envelope.principal)
            newest[sender] = max(newest.get(sender, 0), envelope.received_milliseconds)
    return {sender: from_epoch_milliseconds(at) for sender, at in newest.items()}


def note_signs_of_life(connection: Connection, senders: Mapping[Sender, datetime]) -> int:
    """Move deadlines of devices that were heard of, and close the silence alerts of those that have come back.

    Senders that are to be refused are passed over. Call it last: the states stay locked. Returns how many came back.
    """
    devices = known_devices(connection, list(senders))
    seen: dict[DeviceKey, datetime] = {}
    for (key, principal), at in senders.items():
        if refuse_sender(devices.get(key), principal) is None:
            seen[key] = max(at, seen.get(key, at))
    noted = [
        observe(state, Observation(seen[state.key], None, None, None, {}), devices[state.key], state.receipts)
        for state in lock_states(connection, seen)
        if is_worth_noting(state, seen[state.key], devices[state.key])
    ]
    if not noted:
        return 0
    # Nothing was read, so there is nothing for rules to evaluate.
    write_states(connection, [state for state, _ in noted], watched_tenants=(), evaluation_due_at=max(seen.values()))
    transitions = [transition for _, transition in noted if transition is not None]
    record_transitions(connection, transitions)
    close_alerts(connection, [silence_closing((back.tenant_id, back.device_id), back.time) for back in transitions])
    return len(transitions)


def _refuse(connection: Connection, envelope: Envelope) -> Refusal | None:
    key = owner_of_topic(envelope.topic)
    if key is None:
        return Refusal(Reason.BAD_TOPIC, "the topic names no device's thing")
    return refuse_sender(known_devices(connection, [(key, envelope.principal)]).get(key), envelope.principal)
