"""A fleet's messages without a network and without waiting: what it would send, from a start on, as fast as it goes."""

import heapq
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from edge.broker.transport import Message
from edge.simulator.assembly import FleetOptions, assemble_device, assemble_silence, first_of_each_tenant
from edge.simulator.profiles import PROFILES
from edge.simulator.stack import StackDevice

TENANT_ID = "simulated"
_LOOK_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True)
class Sent:
    """A message and when it was made."""

    at: datetime
    message: Message

    def as_json(self) -> str:
        """One line."""
        payload = json.loads(self.message.payload)
        line = {"at": self.at.isoformat(), "topic": self.message.topic, "payload": payload}
        return json.dumps(line, separators=(",", ":"))


def invented_devices(count: int) -> list[StackDevice]:
    """Devices of every kind in turn, that are registered nowhere."""
    kinds = list(PROFILES)
    return [
        StackDevice(
            tenant_id=TENANT_ID,
            device_id=device_id,
            client_id=f"{TENANT_ID}:{device_id}",
            certificate_file=Path("none"),
            key_file=Path("none"),
            profile=kinds[number % len(kinds)],
        )
        for number in range(count)
        for device_id in [f"sim-{number + 1:04}"]
    ]


def rehearse(
    devices: Sequence[StackDevice], options: FleetOptions, *, started_at: datetime, seconds: float
) -> Iterator[Sent]:
    """What the devices send, in the order of time. The same seed, devices and start give the same messages."""
    early = first_of_each_tenant(devices)
    silence = assemble_silence(devices, options, started_at=started_at)
    simulated = [
        assemble_device(
            device,
            options,
            started_at=started_at,
            boot_id=f"seed-{options.seed}",
            has_early_incident=device in early,
        )
        for device in devices
    ]
    due = [(one.next_due_at, number) for number, one in enumerate(simulated)]
    heapq.heapify(due)
    ends_at = started_at + timedelta(seconds=seconds)
    while due and due[0][0] <= ends_at:
        now, number = heapq.heappop(due)
        if devices[number].client_id in silence.silent_devices(now):
            # A device that is away makes no messages, as in a running fleet.
            heapq.heappush(due, (now + _LOOK_AGAIN, number))
            continue
        yield from (Sent(now, message) for message in simulated[number].messages_due(now))
        heapq.heappush(due, (simulated[number].next_due_at, number))
