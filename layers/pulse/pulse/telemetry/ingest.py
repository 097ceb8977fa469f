"""Ingest: a batch of messages becomes readings, device state, quarantine entries and, after the commit, alerts.

Nothing accepted is lost: a message leaves the queue only after the commit of the transaction that stored or
quarantined it. A batch that the database refuses for its content is halved until the poisonous message stands alone.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

import psycopg

from pulse import clock
from pulse.alerts.evaluation import Sample
from pulse.alerts.stream import evaluate_samples
from pulse.database import Connection, ingest_session
from pulse.devices.authorization import refuse
from pulse.devices.registry import DeviceKey, RegisteredDevice, load_devices
from pulse.devices.state import Observation, Transition, observe, summarize
from pulse.devices.state_store import lock_states, record_transitions, write_states
from pulse.events.outbox import publish_due
from pulse.logging import logger
from pulse.quarantine.reasons import Refusal
from pulse.quarantine.store import record_refusals
from pulse.settings import settings
from pulse.telemetry.decode import decode
from pulse.telemetry.message import Envelope, Message
from pulse.telemetry.store import write_readings

# The sweep evaluates what the stream has not by then.
EVALUATION_GRACE = timedelta(seconds=60)


class IngestReport(NamedTuple):
    """What became of a batch: counts, and the `message_id` of each message that the database would not take."""

    accepted: int
    refused: int
    readings: int
    failed: tuple[str, ...]


class _Written(NamedTuple):
    devices: dict[DeviceKey, RegisteredDevice]
    new_samples: dict[DeviceKey, list[Sample]]
    transitions: list[Transition]
    refused: int


def ingest(envelopes: Sequence[Envelope]) -> IngestReport:
    """Take a batch. Raises psycopg.OperationalError when the database is away: the whole batch is to be retried."""
    try:
        written = _write(envelopes)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        if len(envelopes) == 1:
            logger.exception("message_failed", message_id=envelopes[0].message_id, error=str(error))
            return IngestReport(0, 0, 0, (envelopes[0].message_id,))
        middle = len(envelopes) // 2
        return _add(ingest(envelopes[:middle]), ingest(envelopes[middle:]))
    _follow_up(written)
    return IngestReport(
        accepted=len(envelopes) - written.refused,
        refused=written.refused,
        readings=sum(len(samples) for samples in written.new_samples.values()),
        failed=(),
    )


def _write(envelopes: Sequence[Envelope]) -> _Written:
    retention = timedelta(days=settings().telemetry_retention_days)
    max_payload_bytes = settings().max_payload_bytes
    decoded = [
        (envelope, decode(envelope, max_payload_bytes=max_payload_bytes, retention=retention)) for envelope in envelopes
    ]
    with ingest_session() as connection:
        devices = load_devices(
            connection,
            ((result.tenant_id, result.device_id) for _, result in decoded if isinstance(result, Message)),
        )
        accepted, refused = _sort_out(decoded, devices)
        new_samples = write_readings(connection, accepted)
        transitions = _observe(connection, summarize(accepted), devices)
        record_refusals(connection, refused)
    return _Written(devices, new_samples, transitions, len(refused))


def _sort_out(
    decoded: Iterable[tuple[Envelope, Message | Refusal]], devices: dict[DeviceKey, RegisteredDevice]
) -> tuple[list[Message], list[tuple[Envelope, Refusal]]]:
    accepted: list[Message] = []
    refused: list[tuple[Envelope, Refusal]] = []
    for envelope, result in decoded:
        if isinstance(result, Message):
            refusal = refuse(result, devices.get((result.tenant_id, result.device_id)))
            if refusal is None:
                accepted.append(result)
                continue
        else:
            refusal = result
        refused.append((envelope, refusal))
    return accepted, refused


def _observe(
    connection: Connection,
    observations: dict[DeviceKey, Observation],
    devices: dict[DeviceKey, RegisteredDevice],
) -> list[Transition]:
    states = lock_states(connection, sorted(observations))
    results = [observe(state, observations[state.key], devices[state.key]) for state in states]
    write_states(connection, [state for state, _ in results], evaluation_due_at=clock.now() + EVALUATION_GRACE)
    transitions = [transition for _, transition in results if transition is not None]
    record_transitions(connection, transitions)
    return transitions


def _follow_up(written: _Written) -> None:
    """Evaluate and publish. What fails here is caught up by the sweep and the relay: the data are safe already."""
    recovered = [(transition.tenant_id, transition.device_id) for transition in written.transitions]
    try:
        if written.new_samples or recovered:
            evaluate_samples(written.new_samples, recovered, written.devices)
        publish_due()
    except Exception:
        logger.exception("follow_up_failed", devices=len(written.devices))


def _add(one: IngestReport, other: IngestReport) -> IngestReport:
    return IngestReport(
        one.accepted + other.accepted,
        one.refused + other.refused,
        one.readings + other.readings,
        one.failed + other.failed,
    )
