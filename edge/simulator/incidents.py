"""When a device's metric leaves its normal range, and how far along that is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

SHORTEST_SECONDS = 20.0
LONGEST_SECONDS = 40.0
LEAST_QUIET_SECONDS = 10.0
RAMP_SHARE = 0.2
# At least two readings fall into the middle part, so that a rule sees each incident.
LEAST_INTERVALS = 4


@dataclass(frozen=True)
class Incident:
    begins_at: datetime
    ends_at: datetime

    def intensity(self, now: datetime) -> float:
        """0 outside; rises to 1 over the first fifth, falls to 0 over the last."""
        share = (now - self.begins_at) / (self.ends_at - self.begins_at)
        return max(0.0, min(1.0, share / RAMP_SHARE, (1.0 - share) / RAMP_SHARE))


class IncidentSchedule:
    """One device's incidents, drawn one after the other.

    They last 20 to 40 s, or four intervals where a device reports too seldom to show that, and begin
    `every_seconds` apart on average.
    """

    def __init__(self, random: Random, *, first_at: datetime, every_seconds: float, interval_seconds: float) -> None:
        self._random = random
        self._every_seconds = every_seconds
        self._least_seconds = LEAST_INTERVALS * interval_seconds
        self._current = self._drawn(first_at)

    def at(self, now: datetime) -> Incident | None:
        """The incident that is going on. `now` does not go back between calls."""
        while self._current.ends_at <= now:
            self._current = self._drawn(self._current.ends_at + self._quiet_time())
        return self._current if self._current.begins_at <= now else None

    def _drawn(self, begins_at: datetime) -> Incident:
        seconds = max(self._least_seconds, self._random.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))
        return Incident(begins_at, begins_at + timedelta(seconds=seconds))

    def _quiet_time(self) -> timedelta:
        typical_seconds = max(self._least_seconds, (SHORTEST_SECONDS + LONGEST_SECONDS) / 2)
        mean_seconds = max(self._every_seconds - typical_seconds - LEAST_QUIET_SECONDS, LEAST_QUIET_SECONDS)
        return timedelta(seconds=LEAST_QUIET_SECONDS + self._random.expovariate(1 / mean_seconds))
