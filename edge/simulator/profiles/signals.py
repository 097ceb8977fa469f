"""The building blocks of a measured value: what wanders, what cycles, what lags behind.

Every block is bounded whatever the time step, so a profile can promise which values it never reaches.
"""

import math
from datetime import datetime
from random import Random

FARTHEST_SPREADS = 2.5


class Wander:
    """Noise that strays from zero and is drawn back to it, never farther than 2.5 spreads.

    `spread` is its usual size, in the unit of the value; `settle_seconds` is how long it remembers.
    """

    def __init__(self, random: Random, *, spread: float, settle_seconds: float) -> None:
        self._random = random
        self._spread = spread
        self._settle_seconds = settle_seconds
        self._value = self._bounded(random.gauss(0.0, spread))

    def advance(self, elapsed_seconds: float) -> float:
        remembered = math.exp(-elapsed_seconds / self._settle_seconds)
        fresh = self._spread * math.sqrt(1.0 - remembered * remembered)
        self._value = self._bounded(self._value * remembered + self._random.gauss(0.0, fresh))
        return self._value

    def _bounded(self, value: float) -> float:
        farthest = FARTHEST_SPREADS * self._spread
        return clamp(value, -farthest, farthest)


class Alternation:
    """Something that is on for a while, then off for a while: a door, a pump, a drive between two stops."""

    def __init__(
        self, random: Random, *, on_seconds: tuple[float, float], off_seconds: tuple[float, float], on: bool
    ) -> None:
        self._random = random
        self._on_seconds = on_seconds
        self._off_seconds = off_seconds
        self._on = on
        # The first phase began before the simulation did.
        self._left_seconds = self._drawn() * random.random()

    def advance(self, elapsed_seconds: float) -> bool:
        self._left_seconds -= elapsed_seconds
        while self._left_seconds <= 0:
            self._on = not self._on
            self._left_seconds += self._drawn()
        return self._on

    def _drawn(self) -> float:
        return self._random.uniform(*(self._on_seconds if self._on else self._off_seconds))


def daily_cycle(now: datetime, *, peak_hour: float) -> float:
    """Between -1 and 1 over a UTC day, 1 at the peak hour."""
    hour = now.hour + now.minute / 60 + now.second / 3600
    return math.cos((hour - peak_hour) / 24 * math.tau)


def approach(value: float, target: float, *, elapsed_seconds: float, settle_seconds: float) -> float:
    """The value on its way to the target, 63 % nearer after each settle time."""
    return target + (value - target) * math.exp(-elapsed_seconds / settle_seconds)


def blend(normal: float, disturbed: float, intensity: float) -> float:
    """From `normal` at intensity 0 to `disturbed` at intensity 1."""
    return normal + (disturbed - normal) * intensity


def clamp(value: float, lowest: float, highest: float) -> float:
    return max(lowest, min(highest, value))
