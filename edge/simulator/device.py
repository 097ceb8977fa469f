"""A simulated device without its network: which messages it has to send by now."""

from datetime import datetime, timedelta
from random import Random

from edge.simulator.incidents import Incident, IncidentSchedule
from edge.simulator.messages import Message, envelope
from edge.simulator.profiles import Metrics, Profile

HEARTBEAT_INTERVAL = timedelta(seconds=30)
JITTER_SHARE = 0.1


class SimulatedDevice:
    """Reads its profile every interval (give or take 10 %) and sends a heartbeat every 30 s.

    `boot_id` makes message ids unique across runs with the same seed.
    """

    def __init__(
        self,
        random: Random,
        *,
        tenant_id: str,
        device_id: str,
        site_id: str | None,
        profile: Profile,
        incidents: IncidentSchedule | None,
        boot_id: str,
        interval: timedelta,
        started_at: datetime,
    ) -> None:
        self._random = random
        self._topic = f"devices/{tenant_id}/{device_id}"
        self._site_id = site_id
        self._profile = profile
        self._incidents = incidents
        self._boot_id = boot_id
        self._interval = interval
        self._seq = 0
        self._read_at = started_at
        self._telemetry_due_at = started_at + interval * random.random()
        self._heartbeat_due_at = started_at + HEARTBEAT_INTERVAL * random.random()

    @property
    def next_due_at(self) -> datetime:
        return min(self._telemetry_due_at, self._heartbeat_due_at)

    def incident(self, now: datetime) -> Incident | None:
        return self._incidents.at(now) if self._incidents else None

    def messages_due(self, now: datetime) -> list[Message]:
        """What is due at `now`. Messages missed in the meantime were never made: the device was off."""
        messages = []
        if self._telemetry_due_at <= now:
            messages.append(self._message("telemetry", now, self._read(now)))
            jitter = 1 + JITTER_SHARE * self._random.uniform(-1, 1)
            self._telemetry_due_at = later(self._telemetry_due_at, self._interval * jitter, now)
        if self._heartbeat_due_at <= now:
            messages.append(self._message("heartbeat", now, None))
            self._heartbeat_due_at = later(self._heartbeat_due_at, HEARTBEAT_INTERVAL, now)
        return messages

    def _read(self, now: datetime) -> Metrics:
        # A wall clock may be set back; a device's physics does not run backwards.
        elapsed_seconds = max(0.0, (now - self._read_at).total_seconds())
        self._read_at = now
        incident = self.incident(now)
        return self._profile.read(
            now,
            elapsed_seconds=elapsed_seconds,
            incident=incident.intensity(now) if incident else 0.0,
        )

    def _message(self, kind: str, now: datetime, metrics: Metrics | None) -> Message:
        self._seq += 1
        message_id = f"{self._boot_id}-{self._seq}"
        return Message(
            message_id=message_id,
            topic=f"{self._topic}/{kind}",
            payload=envelope(ts=now, seq=self._seq, message_id=message_id, site_id=self._site_id, metrics=metrics),
        )


def later(due_at: datetime, interval: timedelta, now: datetime) -> datetime:
    """The next due time: one interval on, or from now if that is already over."""
    next_at = due_at + interval
    return next_at if next_at > now else now + interval
