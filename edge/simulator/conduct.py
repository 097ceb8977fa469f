"""How the devices of a fleet conduct themselves, by the name that `--profile` calls it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from edge.simulator.profiles import Metrics

NIGHT_BEGINS_HOUR = 20
NIGHT_ENDS_HOUR = 6
NIGHT_FACTOR = 6.0
SPIKE_FACTOR = 100.0


class Conduct(StrEnum):
    """`lively` is what `make up` shows; the others show one thing each."""

    LIVELY = "lively"
    STEADY = "steady"
    DAY_NIGHT = "day_night"
    FAULTY_SENSOR = "faulty_sensor"
    FLAPPING = "flapping"
    OFFLINE_SPELLS = "offline_spells"

    @property
    def has_incidents(self) -> bool:
        """Whether devices cross the lines of alert rules."""
        return self is Conduct.LIVELY

    def interval_factor(self, now: datetime) -> float:
        """How much longer than usual a device waits between readings: by night (UTC) some save their battery."""
        is_night = now.hour >= NIGHT_BEGINS_HOUR or now.hour < NIGHT_ENDS_HOUR
        return NIGHT_FACTOR if self is Conduct.DAY_NIGHT and is_night else 1.0


@dataclass(frozen=True)
class Absence:
    """When devices leave the network: none before `quiet_start`, each for `shortest` to `longest`.

    `every_seconds` is the average time between two absences of a device, 0 for none; `few_at_once` holds back all but
    one or two.
    """

    every_seconds: float
    quiet_start: timedelta = timedelta(minutes=3)
    shortest: timedelta = timedelta(minutes=3)
    longest: timedelta = timedelta(minutes=6)
    few_at_once: bool = True


def absence_of(conduct: Conduct, *, silence_every_seconds: float) -> Absence:
    """The absences of a fleet; how often a lively device goes silent is a choice."""
    match conduct:
        case Conduct.LIVELY:
            return Absence(silence_every_seconds)
        case Conduct.FLAPPING:
            return Absence(
                every_seconds=45,
                quiet_start=timedelta(seconds=10),
                shortest=timedelta(seconds=5),
                longest=timedelta(seconds=20),
                few_at_once=False,
            )
        case Conduct.OFFLINE_SPELLS:
            return Absence(
                every_seconds=1200, quiet_start=timedelta(minutes=1), longest=timedelta(minutes=15), few_at_once=False
            )
        case _:
            return Absence(every_seconds=0)


class SensorFault:
    """A sensor that fails every two minutes on average, for 10 to 60 s: it is stuck, spikes, or says nothing."""

    def __init__(self, random: Random, *, started_at: datetime) -> None:
        self._random = random
        self._last: Metrics = {}
        self._begins_at = self._ends_at = started_at
        self._kind = ""
        self._draw(started_at)

    def spoil(self, metrics: Metrics, now: datetime) -> Metrics:
        """What the sensor says in place of the true values. `now` does not go back between calls."""
        while now >= self._ends_at:
            self._draw(self._ends_at)
        if now < self._begins_at:
            self._last = metrics
            return metrics
        numbers = sorted(name for name, value in metrics.items() if not isinstance(value, bool))
        match self._kind:
            case "stuck" if self._last:
                return self._last
            case "spike" if numbers:
                name = numbers[0]
                return {**metrics, name: metrics[name] * SPIKE_FACTOR}
            case "gone" if len(metrics) > 1:
                first = min(metrics)
                return {name: value for name, value in metrics.items() if name != first}
            case _:
                return metrics

    def _draw(self, after: datetime) -> None:
        self._begins_at = after + timedelta(seconds=self._random.expovariate(1 / 120))
        self._ends_at = self._begins_at + timedelta(seconds=self._random.uniform(10, 60))
        self._kind = self._random.choice(["stuck", "spike", "gone"])
