"""A simulated device without its network: which messages it has to send by now."""

from datetime import datetime, timedelta
from random import Random

from edge.broker.transport import Message
from edge.simulator.conduct import Conduct, SensorFault
from edge.simulator.incidents import Incident, IncidentSchedule
from edge.simulator.messages import envelope
from edge.simulator.profiles import Metrics, Profile

HEARTBEAT_INTERVAL = timedelta(seconds=30)
JITTER_SHARE = 0.1


class Losses:
    """Loses a share of the messages on their way; their numbers stay used, so that the gap shows."""

    def __init__(self, random: Random, *, drop_rate: float) -> None:
        self._random = random
        self._drop_rate = drop_rate

    def spare(self, messages: list[Message]) -> list[Message]:
        """Those that get through."""
        return [message for message in messages if self._random.random() >= self._drop_rate]


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
        conduct: Conduct = Conduct.LIVELY,
        sensor_fault: SensorFault | None = None,
        losses: Losses | None = None,
    ) -> None:
        self._random = random
        self._topic = f"devices/{tenant_id}/{device_id}"
        self._site_id = site_id
        self._profile = profile
        self._incidents = incidents
        self._boot_id = boot_id
        self._interval = interval
        self._conduct = conduct
        self._sensor_fault = sensor_fault
        self._losses = losses
        self._seq = 0
        self._read_at = started_at
        self._telemetry_due_at = started_at + interval * random.random()
        self._heartbeat_due_at = started_at + HEARTBEAT_INTERVAL * random.random()

    @property
    def next_due_at(self) -> datetime:
        return min(self._telemetry_due_at, self._heartbeat_due_at)

    @property
    def interval_seconds(self) -> float:
        """Between two readings by day."""
        return self._interval.total_seconds()

    def set_interval(self, interval: timedelta) -> None:
        """From the next reading on."""
        self._interval = interval

    def incident(self, now: datetime) -> Incident | None:
        return self._incidents.at(now) if self._incidents else None

    def messages_due(self, now: datetime) -> list[Message]:
        """What is due at `now`. Messages missed in the meantime were never made: the device was off."""
        messages = []
        if self._telemetry_due_at <= now:
            messages.append(self._message("telemetry", now, self._read(now)))
            jitter = 1 + JITTER_SHARE * self._random.uniform(-1, 1)
            interval = self._interval * jitter * self._conduct.interval_factor(now)
            self._telemetry_due_at = later(self._telemetry_due_at, interval, now)
        if self._heartbeat_due_at <= now:
            messages.append(self._message("heartbeat", now, None))
            self._heartbeat_due_at = later(self._heartbeat_due_at, HEARTBEAT_INTERVAL, now)
        return messages if self._losses is None else self._losses.spare(messages)

    def _read(self, now: datetime) -> Metrics:
        # A wall clock may be set back; a device's physics does not run backwards.
        elapsed_seconds = max(0.0, (now - self._read_at).total_seconds())
        self._read_at = now
        incident = self.incident(now)
        metrics = self._profile.read(
            now,
            elapsed_seconds=elapsed_seconds,
            incident=incident.intensity(now) if incident else 0.0,
        )
        return metrics if self._sensor_fault is None else self._sensor_fault.spoil(metrics, now)

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
