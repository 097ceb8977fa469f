"""Which devices have gone silent: a plan for the whole fleet, because few may be silent at once."""

import heapq
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from random import Random

QUIET_START = timedelta(minutes=3)
SHORTEST = timedelta(minutes=3)
LONGEST = timedelta(minutes=6)
FLEET_FOR_TWO = 10


class SilencePlan[Device: Hashable]:
    """Each device wants a silence every `every_seconds` on average, of 3 to 6 minutes, long enough to become
    STALE and sometimes OFFLINE with the default expected interval of 60 s.

    At most one device is silent at once, two in a fleet of ten or more: a wish beyond that is dropped, so a
    large fleet's devices go silent less often than they want. Zero seconds mean never.
    """

    def __init__(
        self, random: Random, devices: Sequence[Device], *, started_at: datetime, every_seconds: float
    ) -> None:
        self._random = random
        self._every_seconds = every_seconds
        self._most_at_once = 2 if len(devices) >= FLEET_FOR_TWO else 1
        self._silent_until: dict[Device, datetime] = {}
        # The number decides between equal times, so devices need no order.
        self._wishes: list[tuple[datetime, int, Device]] = []
        if every_seconds > 0:
            for number, device in enumerate(devices):
                self._wish(started_at + QUIET_START, number, device)

    def silent_devices(self, now: datetime) -> frozenset[Device]:
        """`now` does not go back between calls."""
        while self._wishes and self._wishes[0][0] <= now:
            at, number, device = heapq.heappop(self._wishes)
            self._wake(at)
            if len(self._silent_until) < self._most_at_once:
                silent_until = at + SHORTEST + (LONGEST - SHORTEST) * self._random.random()
                self._silent_until[device] = silent_until
                self._wish(silent_until, number, device)
            else:
                self._wish(at, number, device)
        self._wake(now)
        return frozenset(self._silent_until)

    def _wake(self, now: datetime) -> None:
        self._silent_until = {device: until for device, until in self._silent_until.items() if until > now}

    def _wish(self, earliest: datetime, number: int, device: Device) -> None:
        wait = timedelta(seconds=self._random.expovariate(1 / self._every_seconds))
        heapq.heappush(self._wishes, (earliest + wait, number, device))
