"""One batch, one transaction: readings, device states, refusals, and what there is to follow up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import batched
from typing import Final, NamedTuple

from pulse import clock
from pulse.alerts.evaluation.store import tenants_with_rules
from pulse.database import Connection, ingest_session
from pulse.devices.authorization import refuse_sender
from pulse.devices.known_devices import known_devices
from pulse.devices.registry import DeviceKey, RegisteredDevice
from pulse.devices.state import DeviceState, Observation, Transition, count_arrivals, observe, summarize
from pulse.devices.state_store import lock_states, record_transitions, write_states
from pulse.limits.definitions import LimitName
from pulse.limits.many_tenants import TenantRates, rates_of_tenants
from pulse.limits.rates import Rate
from pulse.quarantine.store import record_refusals
from pulse.settings import settings
from pulse.telemetry.allowance import (
    UNLIMITED,
    Arrivals,
    OverAllowanceError,
    be_wary,
    is_wary,
    load_allowance,
    sum_by_tenant,
)
from pulse.telemetry.buckets import Meter, admit, record
from pulse.telemetry.decode import Limits, limits_for
from pulse.telemetry.intake import Intake, Source, sort_by_source
from pulse.telemetry.message import Envelope, Reading
from pulse.telemetry.progress import end_batch, note_batch
from pulse.telemetry.repeats import drop_repeats
from pulse.telemetry.rollup import (
    HOUR,
    DeviceHour,
    hour_of,
    hours_of,
    mark_hours,
    missing_marks,
    remember_marks,
)
from pulse.telemetry.store import find_stored, write_readings
from pulse.telemetry.usage import Stored, lock_usage, write_usage

# The sweep evaluates what the stream has not by then.
EVALUATION_GRACE: Final = timedelta(seconds=60)
_STATES_AT_ONCE: Final = 100

type NewReadings = dict[DeviceKey, list[Reading]]


class Written(NamedTuple):
    """What was committed: readings that were new, and how many messages were refused."""

    devices: Mapping[DeviceKey, RegisteredDevice]
    new: NewReadings
    transitions: Sequence[Transition]
    refused: int
    watched_tenants: set[str]


def write_batch(envelopes: Sequence[Envelope], batch_id: int) -> Written:
    """Store or quarantine every message of a batch that was begun.

    Raises psycopg.Error, and then nothing was written.
    """
    sources = sort_by_source(envelopes)
    limits = limits_for(
        envelopes,
        max_payload_bytes=settings().max_payload_bytes,
        retention=timedelta(days=settings().telemetry_retention_days),
    )
    if not is_wary():
        try:
            return _write(sources, limits, batch_id, ask_first=False)
        except OverAllowanceError:
            be_wary()
    return _write(sources, limits, batch_id, ask_first=True)


def _write(sources: Sequence[Source], limits: Limits, batch_id: int, *, ask_first: bool) -> Written:
    with ingest_session() as connection:
        senders = [(source.address.key, source.principal) for source in sources if source.address]
        devices = known_devices(connection, senders)
        rates = rates_of_tenants(connection, {tenant_id for tenant_id, _ in devices})
        watched_tenants = tenants_with_rules(connection, rates)
        allowance = load_allowance(connection, rates, _arrivals(sources, devices)) if ask_first else UNLIMITED

        intake = Intake(sources, devices, allowance, limits)
        seen: dict[DeviceKey, Observation] = {}
        new = write_readings(connection, intake.dated(), meanwhile=lambda: seen.update(_summarize(intake)))
        if intake.undated:
            _add(new, write_readings(connection, drop_repeats(connection, intake.undated)))
        if intake.doubts:
            _settle_doubts(connection, intake)
            seen = _summarize(intake)

        # The server works through the statements of a pipeline while the next ones are prepared: while it writes some
        # states, those after them are worked out.
        with connection.pipeline():
            states = lock_states(connection, seen)
            usage = lock_usage(connection, {tenant_id for tenant_id, _ in new})
            arrivals = {key: count_arrivals(readings) for key, readings in new.items()}
            hours = missing_marks(_hours(seen, new))
            evaluation_due_at = clock.now() + EVALUATION_GRACE
            transitions: list[Transition] = []
            for some in batched(states, _STATES_AT_ONCE, strict=False):
                after = _observe(some, seen, arrivals, devices, rates, exact=not ask_first)
                write_states(
                    connection,
                    [state for state, _ in after],
                    watched_tenants=watched_tenants,
                    evaluation_due_at=evaluation_due_at,
                )
                transitions += [transition for _, transition in after if transition is not None]
            record_transitions(connection, transitions)
            mark_hours(connection, hours)
            write_usage(connection, _charge(usage, arrivals, rates, exact=not ask_first), _count_stored(arrivals, new))
            record_refusals(connection, intake.refused)
            note_batch(connection, limits.first_received_milliseconds)
            end_batch(connection, batch_id)
    remember_marks(hours)
    return Written(devices, new, transitions, len(intake.refused), watched_tenants)


def _summarize(intake: Intake) -> dict[DeviceKey, Observation]:
    return {key: summarize(readings) for key, readings in intake.accepted.items()}


def _hours(seen: Mapping[DeviceKey, Observation], new: NewReadings) -> Iterator[DeviceHour]:
    """The hours that new readings lie in; a batch of one device seldom spans two."""
    for key, observation in seen.items():
        if observation.telemetry_since is None or observation.telemetry_at is None:
            continue
        hour = hour_of(observation.telemetry_since)
        if observation.telemetry_at < hour + HOUR:
            yield key, hour
        else:
            yield from hours_of((key, reading.time) for reading in new.get(key, ()) if reading.metrics)


def _arrivals(
    sources: Iterable[Source], devices: Mapping[DeviceKey, RegisteredDevice]
) -> dict[DeviceKey, Counter[int]]:
    """Messages by second of receipt, of those devices whose sender may send."""
    arrivals: dict[DeviceKey, Counter[int]] = {}
    for source in sources:
        if source.address and refuse_sender(devices.get(source.address.key), source.principal) is None:
            arrivals.setdefault(source.address.key, Counter()).update(source.by_second())
    return arrivals


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
    states: Iterable[DeviceState],
    seen: Mapping[DeviceKey, Observation],
    arrivals: Mapping[DeviceKey, Arrivals],
    devices: Mapping[DeviceKey, RegisteredDevice],
    rates: Mapping[str, TenantRates],
    *,
    exact: bool,
) -> list[tuple[DeviceState, Transition | None]]:
    """The states after the batch. Raises OverAllowanceError if it has to be exact and a device has sent too much."""
    after = []
    for state in states:
        key = state.key
        receipts = _charged(rates[key[0]][LimitName.INGEST_DEVICE], state.receipts, arrivals.get(key, {}), exact=exact)
        after.append(observe(state, seen[key], devices[key], receipts))
    return after


def _charge(
    usage: Iterable[tuple[str, Meter]],
    arrivals: Mapping[DeviceKey, Arrivals],
    rates: Mapping[str, TenantRates],
    *,
    exact: bool,
) -> dict[str, Meter]:
    """The tenants' usage after the batch. Raises OverAllowanceError likewise."""
    of_tenants = sum_by_tenant(arrivals.items())
    return {
        tenant_id: _charged(
            rates[tenant_id][LimitName.INGEST_TENANT], meter, of_tenants.get(tenant_id, {}), exact=exact
        )
        for tenant_id, meter in usage
    }


def _count_stored(arrivals: Mapping[DeviceKey, Arrivals], new: NewReadings) -> dict[str, Stored]:
    messages, readings = Counter[str](), Counter[str]()
    for (tenant_id, _), by_second in arrivals.items():
        messages[tenant_id] += sum(by_second.values())
    for (tenant_id, _), of_device in new.items():
        readings[tenant_id] += len(of_device)
    return {tenant_id: Stored(messages[tenant_id], count) for tenant_id, count in readings.items()}


def _charged(rates: Sequence[Rate], meter: Meter, arrivals: Arrivals, *, exact: bool) -> Meter:
    if exact and arrivals and admit(rates, meter, arrivals) != arrivals:
        raise OverAllowanceError
    return record(rates, meter, arrivals)


def _add(new: NewReadings, more: NewReadings) -> None:
    for key, readings in more.items():
        new.setdefault(key, []).extend(readings)
