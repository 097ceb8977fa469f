"""Which devices have gone silent: a plan for the whole fleet, because few may be silent at once."""

import heapq
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from random import Random

from edge.simulator.conduct import Absence

FLEET_FOR_TWO = 10


class SilencePlan[Device: Hashable]:
    """Each device wants a silence as often and as long as the absence says. Those of 3 minutes and more make it STALE
    and sometimes OFFLINE, with the default expected interval of 60 s.

    Where few may be silent at once, that is one device, and two in a fleet of ten or more: a wish beyond that is
    dropped, so a large fleet's devices go silent less often than they want.
    """

    def __init__(self, random: Random, devices: Sequence[Device], *, started_at: datetime, absence: Absence) -> None:
        self._random = random
        self._absence = absence
        self._most_at_once = len(devices)
        if absence.few_at_once:
            self._most_at_once = 2 if len(devices) >= FLEET_FOR_TWO else 1
        self._silent_until: dict[Device, datetime] = {}
        # The number decides between equal times, so devices need no order.
        self._wishes: list[tuple[datetime, int, Device]] = []
        if absence.every_seconds > 0:
            for number, device in enumerate(devices):
                self._wish(started_at + absence.quiet_start, number, device)

    def silent_devices(self, now: datetime) -> frozenset[Device]:
        """`now` does not go back between calls."""
        while self._wishes and self._wishes[0][0] <= now:
            at, number, device = heapq.heappop(self._wishes)
            self._wake(at)
            if len(self._silent_until) < self._most_at_once:
                silent_until = at + self._duration()
                self._silent_until[device] = silent_until
                self._wish(silent_until, number, device)
            else:
                self._wish(at, number, device)
        self._wake(now)
        return frozenset(self._silent_until)

    def _duration(self) -> timedelta:
        shortest, longest = self._absence.shortest, self._absence.longest
        return shortest + (longest - shortest) * self._random.random()

    def _wake(self, now: datetime) -> None:
        self._silent_until = {device: until for device, until in self._silent_until.items() if until > now}

    def _wish(self, earliest: datetime, number: int, device: Device) -> None:
        wait = timedelta(seconds=self._random.expovariate(1 / self._absence.every_seconds))
        heapq.heappush(self._wishes, (earliest + wait, number, device))
