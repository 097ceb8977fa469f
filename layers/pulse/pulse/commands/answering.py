"""What devices answer to commands, over MQTT and over HTTP."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from pulse import clock
from pulse.commands import delivery_store
from pulse.commands.answer import Answer, read_answer, split_answer_topic
from pulse.commands.broker import command_document
from pulse.commands.command import MAXIMUM_OPEN, CommandStatus
from pulse.commands.course import Answered, judge_answer
from pulse.commands.delivery_store import Handed, Row
from pulse.commands.telling import command_event
from pulse.database import Connection, ingest_session
from pulse.devices.authorization import refuse_sender
from pulse.devices.known_devices import known_devices
from pulse.devices.liveness import note_signs_of_life, senders_of
from pulse.devices.registry import DeviceKey
from pulse.events.outbox import add_events, publish_after_commit
from pulse.logging import logger
from pulse.quarantine.reasons import Reason, Refusal
from pulse.quarantine.store import record_refusals
from pulse.telemetry.message import Envelope

_BAD_TOPIC: Final = Refusal(
    Reason.BAD_TOPIC, "the topic must be devices/{tenant_id}/{device_id}/commands/{command_id}/ack of a command"
)


def note_answers(envelopes: Sequence[Envelope]) -> int:
    """Enter what devices sent over MQTT; return how many answers there were. The others go to quarantine.

    The sender's credential must be a live one of the very device, as for every message. Whatever such a one sends is a
    sign of life.
    """
    if not envelopes:
        return 0
    noted = 0
    refused: list[tuple[Envelope, Refusal]] = []
    with ingest_session() as connection:
        for envelope in envelopes:
            refusal = _take(connection, envelope)
            if refusal is None:
                noted += 1
            else:
                refused.append((envelope, refusal))
        record_refusals(connection, refused)
        note_signs_of_life(connection, senders_of(envelopes))
    publish_after_commit()
    logger.info("answers_noted", noted=noted, refused=[refusal.reason.value for _, refusal in refused])
    return noted


def answer_command(device: DeviceKey, command_id: UUID, answer: Answer) -> Row | None:
    """Enter what an authorized device answered over HTTP; None when it has no such command."""
    with ingest_session() as connection:
        if _enter(connection, device, command_id, answer) is None:
            return None
        command = delivery_store.lock_command(connection, device, command_id)
    publish_after_commit()
    return command


def fetch_commands(device: DeviceKey) -> list[dict[str, object]]:
    """The open commands of an authorized device that asks over HTTP, the oldest first, which it then has.

    It gets them until it has answered: what was lost on the way is there the next time.
    """
    now = clock.now()
    with ingest_session() as connection:
        commands = delivery_store.claim_for_device(connection, device, now=now, limit=MAXIMUM_OPEN)
        handed = [Handed(command, command["deliver_at"]) for command in commands]
        first_time = delivery_store.note_handed_over(connection, handed, now=now)
        add_events(connection, [command_event(row["tenant_id"], "delivered", row) for row in first_time])
    if first_time:
        publish_after_commit()
    return [command_document(command) for command in commands]


def _take(connection: Connection, envelope: Envelope) -> Refusal | None:
    address = split_answer_topic(envelope.topic)
    if address is None:
        return _BAD_TOPIC
    device = (address.tenant_id, address.device_id)
    known = known_devices(connection, [(device, envelope.principal)])
    refusal = refuse_sender(known.get(device), envelope.principal)
    if refusal is not None:
        return refusal
    answer = read_answer(envelope.payload)
    if isinstance(answer, Refusal):
        return answer
    return None if _enter(connection, device, address.command_id, answer) else _BAD_TOPIC


def _enter(connection: Connection, device: DeviceKey, command_id: UUID, answer: Answer) -> Answered | None:
    """Enter an answer unless there is one; None when the device has no such command.

    What comes after the end is kept for people to see, and changes neither how the command ended nor why.
    """
    now = clock.now()
    command = delivery_store.lock_command(connection, device, command_id)
    if command is None:
        return None
    answered = judge_answer(CommandStatus(command["status"]), was_answered=command["answered_at"] is not None)
    match answered:
        case Answered.IN_TIME:
            row = delivery_store.finish_by_answer(connection, command, answer, now=now)
            if answer.status == "ACKNOWLEDGED":
                add_events(connection, [command_event(device[0], "acknowledged", row)])
            else:
                add_events(connection, [command_event(device[0], "rejected", row)])
        case Answered.LATE:
            delivery_store.keep_late_answer(connection, command, answer, now=now)
        case Answered.REPEATED:
            pass
    return answered
