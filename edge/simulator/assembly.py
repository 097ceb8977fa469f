"""From devices in `stack.json` and options to a fleet that can run."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from edge.broker.mqtt import Access, MqttTransport
from edge.simulator.conduct import Conduct, SensorFault, absence_of
from edge.simulator.delivery import Delivery
from edge.simulator.device import Losses, SimulatedDevice
from edge.simulator.fleet import Fleet, FleetMember
from edge.simulator.incidents import IncidentSchedule
from edge.simulator.profiles import PROFILES
from edge.simulator.responses import Responder
from edge.simulator.silence import SilencePlan
from edge.simulator.stack import Stack, StackDevice

# A newcomer's first alert: in each tenant one device has its incident at once.
FIRST_INCIDENT_SECONDS = (6.0, 12.0)


@dataclass(frozen=True)
class FleetOptions:
    """`incident_every_seconds` and `silence_every_seconds` are averages for each device; 0 is never.

    `drop_rate` is the share of messages that are lost on their way, from 0 to 1.
    """

    seed: int
    interval_seconds: float
    incident_every_seconds: float
    silence_every_seconds: float
    buffer_limit: int
    conduct: Conduct = Conduct.LIVELY
    drop_rate: float = 0.0


def assemble_fleet(stack: Stack, options: FleetOptions, *, clock: Callable[[], datetime]) -> Fleet:
    started_at = clock()
    early = first_of_each_tenant(stack.devices)
    return Fleet(
        [
            _assemble_member(stack, device, options, started_at=started_at, has_early_incident=device in early)
            for device in stack.devices
        ],
        assemble_silence(stack.devices, options, started_at=started_at),
        clock=clock,
    )


def assemble_silence(
    devices: Sequence[StackDevice], options: FleetOptions, *, started_at: datetime
) -> SilencePlan[str]:
    return SilencePlan(
        _random(options, "fleet", "silence"),
        [device.client_id for device in devices],
        started_at=started_at,
        absence=absence_of(options.conduct, silence_every_seconds=options.silence_every_seconds),
    )


def _assemble_member(
    stack: Stack, device: StackDevice, options: FleetOptions, *, started_at: datetime, has_early_incident: bool
) -> FleetMember:
    boot_id = secrets.token_hex(6)
    simulated = assemble_device(
        device, options, started_at=started_at, boot_id=boot_id, has_early_incident=has_early_incident
    )
    responder = Responder(simulated, tenant_id=device.tenant_id, device_id=device.device_id, boot_id=boot_id)
    return FleetMember(
        name=device.client_id,
        device=simulated,
        delivery=Delivery(
            device.client_id,
            MqttTransport(_access(stack, device), topics=responder.topics),
            _random(options, device.client_id, "delivery"),
            buffer_limit=options.buffer_limit,
            responder=responder,
        ),
        incident_metric=PROFILES[device.profile].incident_threshold.metric,
    )


def _access(stack: Stack, device: StackDevice) -> Access:
    return Access(
        host=stack.mqtt.host,
        port=stack.mqtt.port,
        ca_file=stack.mqtt.ca_file,
        client_id=device.client_id,
        certificate_file=device.certificate_file,
        key_file=device.key_file,
    )


def assemble_device(
    device: StackDevice,
    options: FleetOptions,
    *,
    started_at: datetime,
    boot_id: str,
    has_early_incident: bool,
) -> SimulatedDevice:
    incidents = None
    if options.conduct.has_incidents and options.incident_every_seconds > 0:
        random = _random(options, device.client_id, "incidents")
        earliest, latest = FIRST_INCIDENT_SECONDS
        if not has_early_incident:
            latest += options.incident_every_seconds
        incidents = IncidentSchedule(
            random,
            first_at=started_at + timedelta(seconds=random.uniform(earliest, latest)),
            every_seconds=options.incident_every_seconds,
            interval_seconds=options.interval_seconds,
        )
    return SimulatedDevice(
        _random(options, device.client_id, "device"),
        tenant_id=device.tenant_id,
        device_id=device.device_id,
        site_id=device.site_id,
        profile=PROFILES[device.profile](_random(options, device.client_id, "profile")),
        incidents=incidents,
        boot_id=boot_id,
        interval=timedelta(seconds=options.interval_seconds),
        started_at=started_at,
        conduct=options.conduct,
        sensor_fault=(
            SensorFault(_random(options, device.client_id, "sensor"), started_at=started_at)
            if options.conduct is Conduct.FAULTY_SENSOR
            else None
        ),
        losses=(
            Losses(_random(options, device.client_id, "losses"), drop_rate=options.drop_rate)
            if options.drop_rate > 0
            else None
        ),
    )


def first_of_each_tenant(devices: Sequence[StackDevice]) -> list[StackDevice]:
    first: dict[str, StackDevice] = {}
    for device in devices:
        first.setdefault(device.tenant_id, device)
    return list(first.values())


def _random(options: FleetOptions, name: str, purpose: str) -> Random:
    """A stream of its own for each device and purpose: one more draw in one changes no other."""
    return Random(f"{options.seed}/{name}/{purpose}")
