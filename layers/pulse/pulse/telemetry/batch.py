"""One batch, one transaction: readings, device states, refusals, and what there is to follow up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pulse import clock
from pulse.alerts.store import tenants_with_rules
from pulse.database import Connection, ingest_session
from pulse.devices.authorization import refuse_sender
from pulse.devices.known_devices import known_devices
from pulse.devices.registry import DeviceKey, RegisteredDevice
from pulse.devices.state import DeviceState, Observation, Transition, observe, summarize
from pulse.devices.state_store import lock_states, record_transitions, write_states
from pulse.limits.definitions import LimitName
from pulse.limits.many_tenants import TenantRates, rates_of_tenants
from pulse.limits.rates import Rate
from pulse.quarantine.store import record_refusals
from pulse.settings import settings
from pulse.telemetry.allowance import (
    UNLIMITED,
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
from pulse.telemetry.repeats import drop_repeats
from pulse.telemetry.rollup import hours_of, mark_hours
from pulse.telemetry.store import find_stored, write_readings
from pulse.telemetry.usage import lock_usage, write_usage

# The sweep evaluates what the stream has not by then.
EVALUATION_GRACE: Final = timedelta(seconds=60)

type NewReadings = dict[DeviceKey, list[Reading]]


class Written(NamedTuple):
    """What was committed: readings that were new, and how many messages were refused."""

    devices: Mapping[DeviceKey, RegisteredDevice]
    new: NewReadings
    transitions: Sequence[Transition]
    refused: int
    watched_tenants: set[str]


def write_batch(envelopes: Sequence[Envelope]) -> Written:
    """Store or quarantine every message. Raises psycopg.Error, and then nothing was written."""
    sources = sort_by_source(envelopes)
    limits = limits_for(
        envelopes,
        max_payload_bytes=settings().max_payload_bytes,
        retention=timedelta(days=settings().telemetry_retention_days),
    )
    if not is_wary():
        try:
            return _write(sources, limits, ask_first=False)
        except OverAllowanceError:
            be_wary()
    return _write(sources, limits, ask_first=True)


def _write(sources: Sequence[Source], limits: Limits, *, ask_first: bool) -> Written:
    with ingest_session() as connection:
        senders = [(source.address.key, source.principal) for source in sources if source.address]
        devices = known_devices(connection, senders)
        rates = rates_of_tenants(connection, {tenant_id for tenant_id, _ in devices})
        watched_tenants = tenants_with_rules(connection, rates)
        allowance = load_allowance(connection, rates, _arrivals(sources, devices)) if ask_first else UNLIMITED

        intake = Intake(sources, devices, allowance, limits)
        new = write_readings(connection, intake.dated())
        if intake.undated:
            _add(new, write_readings(connection, drop_repeats(connection, intake.undated)))
        if intake.doubts:
            _settle_doubts(connection, intake)

        # The server works through the statements of a pipeline while the next ones are prepared.
        with connection.pipeline():
            states = lock_states(connection, intake.accepted)
            usage = lock_usage(connection, {tenant_id for tenant_id, _ in new})
            seen = {key: summarize(readings, new.get(key, ())) for key, readings in intake.accepted.items()}
            transitions = _observe(connection, states, seen, devices, rates, watched_tenants, exact=not ask_first)
            mark_hours(connection, hours_of(_times(new)))
            _charge(connection, usage, seen, rates, exact=not ask_first)
            record_refusals(connection, intake.refused)
    return Written(devices, new, transitions, len(intake.refused), watched_tenants)


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
    connection: Connection,
    states: Iterable[DeviceState],
    seen: Mapping[DeviceKey, Observation],
    devices: Mapping[DeviceKey, RegisteredDevice],
    rates: Mapping[str, TenantRates],
    watched_tenants: set[str],
    *,
    exact: bool,
) -> list[Transition]:
    after: list[DeviceState] = []
    transitions: list[Transition] = []
    for state in states:
        observation = seen[state.key]
        device_rates = rates[state.tenant_id][LimitName.INGEST_DEVICE]
        if exact:
            _require_room(device_rates, state.receipts, observation.arrivals)
        state_after, transition = observe(state, observation, devices[state.key], device_rates)
        after.append(state_after)
        if transition is not None:
            transitions.append(transition)
    write_states(connection, after, watched_tenants=watched_tenants, evaluation_due_at=clock.now() + EVALUATION_GRACE)
    record_transitions(connection, transitions)
    return transitions


def _charge(
    connection: Connection,
    usage: Iterable[tuple[str, Meter]],
    seen: Mapping[DeviceKey, Observation],
    rates: Mapping[str, TenantRates],
    *,
    exact: bool,
) -> None:
    """Count new messages to their tenants."""
    of_tenants = sum_by_tenant((key, observation.arrivals) for key, observation in seen.items())
    after: dict[str, Meter] = {}
    for tenant_id, meter in usage:
        tenant_rates = rates[tenant_id][LimitName.INGEST_TENANT]
        arrivals = of_tenants.get(tenant_id, Counter())
        if exact:
            _require_room(tenant_rates, meter, arrivals)
        after[tenant_id] = record(tenant_rates, meter, arrivals)
    write_usage(connection, after)


def _require_room(rates: Sequence[Rate], meter: Meter, arrivals: Mapping[int, int]) -> None:
    if arrivals and admit(rates, meter, arrivals) != arrivals:
        raise OverAllowanceError


def _add(new: NewReadings, more: NewReadings) -> None:
    for key, readings in more.items():
        new.setdefault(key, []).extend(readings)


def _times(new: NewReadings) -> Iterator[tuple[DeviceKey, datetime]]:
    for key, readings in new.items():
        for reading in readings:
            if reading.metrics:
                yield key, reading.time
