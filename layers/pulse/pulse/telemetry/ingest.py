"""Ingest: a batch of messages becomes readings, device state, quarantine entries and, after the commit, alerts.

Nothing accepted is lost: a message leaves the queue only after the commit of the transaction that stored or
quarantined it. A batch that the database refuses for its content is halved until the poisonous message stands alone.
"""

import gc
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, NamedTuple

import psycopg

from pulse import clock
from pulse.alerts.evaluation import Sample
from pulse.alerts.store import tenants_with_rules
from pulse.alerts.stream import evaluate_samples
from pulse.database import Connection, ingest_session
from pulse.devices.authorization import refuse_sender
from pulse.devices.known_devices import known_devices
from pulse.devices.registry import DeviceKey, RegisteredDevice
from pulse.devices.state import Observation, Transition, observe, summarize
from pulse.devices.state_store import lock_states, record_transitions, write_states
from pulse.events.outbox import publish_due
from pulse.limits.definitions import LimitName
from pulse.logging import logger
from pulse.quarantine.store import record_refusals
from pulse.settings import settings
from pulse.telemetry.allowance import Allowance, charge_tenants, load_allowance
from pulse.telemetry.decode import Limits, limits_for
from pulse.telemetry.intake import Intake, Source, sort_by_source
from pulse.telemetry.message import Envelope, Reading
from pulse.telemetry.repeats import drop_repeats
from pulse.telemetry.rollup import hours_of, mark_hours
from pulse.telemetry.store import find_stored, write_readings

# The sweep evaluates what the stream has not by then.
EVALUATION_GRACE: Final = timedelta(seconds=60)
# A failover or a deadlock is over in a moment: waiting here spares a batch its way back through the queue.
_PAUSES_SECONDS: Final = (0.1, 0.5)


class IngestReport(NamedTuple):
    """What became of a batch: counts, and the `message_id` of each message that the database would not take."""

    accepted: int
    refused: int
    readings: int
    failed: tuple[str, ...]


class _Written(NamedTuple):
    devices: Mapping[DeviceKey, RegisteredDevice]
    new: Mapping[DeviceKey, Sequence[Reading]]
    transitions: Sequence[Transition]
    refused: int
    watched_tenants: set[str]


def ingest(envelopes: Sequence[Envelope]) -> IngestReport:
    """Take a batch. Raises psycopg.OperationalError when the database is away: the whole batch is to be retried."""
    try:
        with _no_garbage_collection():
            written = _write_patiently(envelopes)
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
        readings=sum(map(len, written.new.values())),
        failed=(),
    )


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A batch makes no cycles and much that lives until its end: looking through it over and over is a sixth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _write_patiently(envelopes: Sequence[Envelope]) -> _Written:
    for pause in _PAUSES_SECONDS:
        try:
            return _write(envelopes)
        except psycopg.OperationalError as error:
            logger.warning("batch_retried", messages=len(envelopes), error=str(error))
            time.sleep(pause)
    return _write(envelopes)


def _write(envelopes: Sequence[Envelope]) -> _Written:
    sources = sort_by_source(envelopes)
    with ingest_session() as connection:
        devices = known_devices(
            connection, [(source.address.key, source.principal) for source in sources if source.address]
        )
        allowance = load_allowance(connection, _arrivals(sources, devices))
        intake = Intake(sources, devices, allowance, _limits_for(envelopes))
        new = write_readings(connection, intake.dated())
        for key, readings in write_readings(connection, drop_repeats(connection, intake.undated)).items():
            new.setdefault(key, []).extend(readings)
        _settle_doubts(connection, intake)

        observations = {key: summarize(readings, new.get(key, ())) for key, readings in intake.accepted.items()}
        watched_tenants = tenants_with_rules(connection, {tenant_id for tenant_id, _ in observations})
        transitions = _observe(connection, observations, devices, allowance, watched_tenants)
        mark_hours(
            connection,
            hours_of((key, reading.time) for key, readings in new.items() for reading in readings if reading.metrics),
        )
        record_refusals(connection, intake.refused)
        charge_tenants(connection, allowance, {key: seen.arrivals for key, seen in observations.items()})
    return _Written(devices, new, transitions, len(intake.refused), watched_tenants)


def _arrivals(
    sources: Iterable[Source], devices: Mapping[DeviceKey, RegisteredDevice]
) -> dict[DeviceKey, Counter[int]]:
    """Messages by second of receipt, of those devices whose sender may send."""
    arrivals: dict[DeviceKey, Counter[int]] = {}
    for source in sources:
        if source.address and refuse_sender(devices.get(source.address.key), source.principal) is None:
            arrivals.setdefault(source.address.key, Counter()).update(source.by_second())
    return arrivals


def _limits_for(envelopes: Sequence[Envelope]) -> Limits:
    return limits_for(
        envelopes,
        max_payload_bytes=settings().max_payload_bytes,
        retention=timedelta(days=settings().telemetry_retention_days),
    )


def _settle_doubts(connection: Connection, intake: Intake) -> None:
    """What is over its rate and was handed out before is refused, unless it was stored then."""
    stored = find_stored(connection, [(doubt.address, doubt.readings) for doubt in intake.doubts])
    for doubt in intake.doubts:
        envelope = doubt.readings[0].envelope
        if envelope.message_id in stored:
            intake.accept(doubt.address, doubt.readings)
        else:
            intake.refused.append((envelope, doubt.refusal))


def _observe(
    connection: Connection,
    observations: Mapping[DeviceKey, Observation],
    devices: Mapping[DeviceKey, RegisteredDevice],
    allowance: Allowance,
    watched_tenants: set[str],
) -> list[Transition]:
    results = [
        observe(
            state,
            observations[state.key],
            devices[state.key],
            allowance.rates[state.tenant_id][LimitName.INGEST_DEVICE],
        )
        for state in lock_states(connection, observations)
    ]
    write_states(
        connection,
        [state for state, _ in results],
        watched_tenants=watched_tenants,
        evaluation_due_at=clock.now() + EVALUATION_GRACE,
    )
    transitions = [transition for _, transition in results if transition is not None]
    record_transitions(connection, transitions)
    return transitions


def _follow_up(written: _Written) -> None:
    """Evaluate and publish. What fails here is caught up by the sweep and the relay: the data are safe already."""
    recovered = [(transition.tenant_id, transition.device_id) for transition in written.transitions]
    samples = {
        key: [Sample(reading.time, reading.metrics) for reading in readings]
        for key, readings in written.new.items()
        if key[0] in written.watched_tenants
    }
    try:
        if samples or recovered:
            evaluate_samples(samples, recovered, written.devices)
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
