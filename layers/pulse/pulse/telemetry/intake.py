"""A batch on its way in: who has sent it, and what of it is accepted, refused, or left for a second look."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pulse.devices.authorization import refuse_sender, refuse_site
from pulse.devices.registry import DeviceKey, RegisteredDevice
from pulse.limits.definitions import LimitName
from pulse.quarantine.reasons import Reason, Refusal
from pulse.telemetry.allowance import Allowance
from pulse.telemetry.decode import Limits, decode
from pulse.telemetry.message import Address, Envelope, Reading, split_topic

_BAD_TOPIC = Refusal(Reason.BAD_TOPIC, "the topic must be devices/{tenant_id}/{device_id}/telemetry or …/heartbeat")
_OVER_RATE = {
    LimitName.INGEST_DEVICE: Refusal(Reason.RATE_LIMITED, "the device sends more messages than it may"),
    LimitName.INGEST_TENANT: Refusal(Reason.RATE_LIMITED, "the tenant's devices together send more than they may"),
}


class Source(NamedTuple):
    """Messages of a batch that one principal has sent on one topic. `address` is None for a topic that names nobody."""

    address: Address | None
    principal: str
    envelopes: list[Envelope]

    def by_second(self) -> Counter[int]:
        """How many were received in each second."""
        return Counter([envelope.received_milliseconds // 1000 for envelope in self.envelopes])


def sort_by_source(envelopes: Sequence[Envelope]) -> list[Source]:
    """Sources in the order of their devices: what is asked of a sender is asked once, and readings are stored in the
    order of their index, so that batches side by side don't wait for each other in a circle.
    """
    sources: dict[tuple[str, str], list[Envelope]] = {}
    for envelope in envelopes:
        sources.setdefault((envelope.topic, envelope.principal), []).append(envelope)
    return [
        Source(split_topic(topic), principal, of_source) for (topic, principal), of_source in sorted(sources.items())
    ]


class Doubt(NamedTuple):
    """A message over its rate that was handed out before: it may have been stored within it."""

    address: Address
    readings: list[Reading]
    refusal: Refusal


class Intake:
    """Sorts a batch. The lists are complete when `dated` has been read to its end."""

    def __init__(
        self,
        sources: Sequence[Source],
        devices: Mapping[DeviceKey, RegisteredDevice],
        allowance: Allowance,
        limits: Limits,
    ) -> None:
        self._sources = sources
        self._devices = devices
        self._allowance = allowance
        self._limits = limits
        self.accepted: dict[DeviceKey, list[Reading]] = {}
        self.undated: list[tuple[Address, list[Reading]]] = []
        self.refused: list[tuple[Envelope, Refusal]] = []
        self.doubts: list[Doubt] = []

    def dated(self) -> Iterator[tuple[Address, list[Reading]]]:
        """Decode and authorize; accepted readings that carry their time are handed on, source by source."""
        for source in self._sources:
            if source.address is None:
                self.refused += [(envelope, _BAD_TOPIC) for envelope in source.envelopes]
                continue
            device = self._devices.get(source.address.key)
            if (refusal := refuse_sender(device, source.principal)) is not None:
                self.refused += [(envelope, refusal) for envelope in source.envelopes]
            if device is None or refusal is not None:
                continue
            readings = self._read(source, source.address, device)
            self.accept(source.address, readings)
            undated = [reading for reading in readings if reading.undated_id is not None]
            if undated:
                self.undated.append((source.address, undated))
                readings = [reading for reading in readings if reading.undated_id is None]
            yield source.address, readings

    def accept(self, address: Address, readings: list[Reading]) -> None:
        """Note what was accepted, new or not: it is a sign of life."""
        if readings:
            self.accepted.setdefault(address.key, []).extend(readings)

    def _read(self, source: Source, address: Address, device: RegisteredDevice) -> list[Reading]:
        limited = self._allowance.limits(device.key)
        accepted: list[Reading] = []
        for envelope in source.envelopes:
            over_rate = self._take(device.key, envelope) if limited else None
            if over_rate is not None and not envelope.redelivered:
                self.refused.append((envelope, over_rate))
                continue
            readings = decode(envelope, address, self._limits)
            if isinstance(readings, Refusal):
                self.refused.append((envelope, readings))
            elif (refusal := refuse_site(device, readings[0].site_id)) is not None:
                self.refused.append((envelope, refusal))
            elif over_rate is not None:
                self.doubts.append(Doubt(address, readings, over_rate))
            else:
                accepted += readings
        return accepted

    def _take(self, key: DeviceKey, envelope: Envelope) -> Refusal | None:
        limit = self._allowance.take(key, envelope.received_milliseconds // 1000)
        return None if limit is None else _OVER_RATE[limit]
