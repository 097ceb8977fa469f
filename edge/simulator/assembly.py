"""From devices in `stack.json` and options to a fleet that can run."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from edge.simulator.delivery import Delivery
from edge.simulator.device import SimulatedDevice
from edge.simulator.fleet import Fleet, FleetMember
from edge.simulator.incidents import IncidentSchedule
from edge.simulator.mqtt import MqttTransport
from edge.simulator.profiles import PROFILES
from edge.simulator.silence import SilencePlan
from edge.simulator.stack import Stack, StackDevice

# A newcomer's first alert: in each tenant one device has its incident at once.
FIRST_INCIDENT_SECONDS = (6.0, 12.0)


@dataclass(frozen=True)
class FleetOptions:
    """`incident_every_seconds` and `silence_every_seconds` are averages for each device; 0 is never."""

    seed: int
    interval_seconds: float
    incident_every_seconds: float
    silence_every_seconds: float
    buffer_limit: int


def assemble_fleet(stack: Stack, options: FleetOptions, *, clock: Callable[[], datetime]) -> Fleet:
    started_at = clock()
    names = [device.client_id for device in stack.devices]
    early = first_of_each_tenant(stack.devices)
    return Fleet(
        [
            FleetMember(
                name=device.client_id,
                device=assemble_device(
                    device,
                    options,
                    started_at=started_at,
                    boot_id=secrets.token_hex(6),
                    has_early_incident=device in early,
                ),
                delivery=Delivery(
                    device.client_id,
                    MqttTransport(stack.mqtt, device),
                    _random(options, device.client_id, "delivery"),
                    buffer_limit=options.buffer_limit,
                ),
                incident_metric=PROFILES[device.profile].incident_threshold.metric,
            )
            for device in stack.devices
        ],
        SilencePlan(
            _random(options, "fleet", "silence"),
            names,
            started_at=started_at,
            every_seconds=options.silence_every_seconds,
        ),
        clock=clock,
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
    if options.incident_every_seconds > 0:
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
    )


def first_of_each_tenant(devices: Sequence[StackDevice]) -> list[StackDevice]:
    first: dict[str, StackDevice] = {}
    for device in devices:
        first.setdefault(device.tenant_id, device)
    return list(first.values())


def _random(options: FleetOptions, name: str, purpose: str) -> Random:
    """A stream of its own for each device and purpose: one more draw in one changes no other."""
    return Random(f"{options.seed}/{name}/{purpose}")
