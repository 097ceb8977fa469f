"""Notifications that were not taken are counted, and Pulse is told of them: nothing is dropped silently."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from edge.gateway.spool import Spool

TOLD_EVERY = timedelta(minutes=1)
_BURST_SECONDS = 10
_MOST_SENDERS = 10_000


class Refusal(StrEnum):
    """Why a notification was not taken."""

    RATE = "rate"
    SPOOL = "spool"


class Refusals:
    """What was refused since Pulse was told last. It is told at most once a minute, and once more when it is over."""

    def __init__(self, spool: Spool, arrived: Callable[[], None], clock: Callable[[], datetime]) -> None:
        self._spool, self._arrived, self._clock = spool, arrived, clock
        self._counts = dict.fromkeys(Refusal, 0)
        self._since = clock()
        self._is_told_of = False

    def count(self, reason: Refusal) -> None:
        """One more."""
        self._counts[reason] += 1

    def tell(self) -> None:
        """Tell if it is time and there is something to tell; what does not fit into the spool is told later."""
        now = self._clock()
        refused = sum(self._counts.values())
        if now < self._since + TOLD_EVERY or not (refused or self._is_told_of):
            return
        document: dict[str, Any] = {
            "refused": {reason.value: count for reason, count in self._counts.items()},
            "seconds": round((now - self._since).total_seconds()),
        }
        try:
            with self._spool.transaction():
                is_kept = self._spool.add("refusals", document, now)
        except sqlite3.Error:
            return
        if is_kept:
            self._counts = dict.fromkeys(Refusal, 0)
            self._since, self._is_told_of = now, refused > 0
            self._arrived()


class Rate:
    """So many notifications a second of one sender, ten seconds' worth at once. A flood is its sender's alone."""

    def __init__(self, per_second: int, clock: Callable[[], datetime]) -> None:
        self._per_second, self._clock = per_second, clock
        self._senders: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def admits(self, sender: str) -> bool:
        """Whether one more of the sender is taken."""
        now, most = self._clock(), float(self._per_second * _BURST_SECONDS)
        left, at = self._senders.pop(sender, (most, now))
        left = min(most, left + max(0.0, (now - at).total_seconds()) * self._per_second)
        is_admitted = left >= 1
        self._senders[sender] = (left - 1 if is_admitted else left, now)
        if len(self._senders) > _MOST_SENDERS:
            self._senders.popitem(last=False)
        return is_admitted
