"""The sweep's minute: sweep at once, and again when something becomes due, so that nothing is a minute late.

The next deadline is one look at the indexes. A fleet that is heard of moves its deadlines before they come, so that
most minutes end with the first sweep.
"""

import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from pulse import clock, metrics
from pulse.alerts.evaluation.store import next_due_run
from pulse.alerts.sweeping.sweep import sweep
from pulse.database import ingest_session
from pulse.devices.state_store import next_deadline
from pulse.logging import logger
from pulse.telemetry.progress import read_batches, read_begun, told_until
from pulse.telemetry.queue import count_waiting

_SHORTEST_PAUSE: Final = timedelta(seconds=1)


def watch(*, budget: timedelta) -> dict[str, int]:
    """Do what is due now and within `budget`; return how many devices and runs each step handled."""
    until = clock.now() + budget
    counts: Counter[str] = Counter()
    while True:
        now = clock.now()
        handled = sweep(now, budget=until - now, told_until=_told_until(now))
        counts.update(handled)
        due = _next_due()
        # What is due and was not handled is held back, locked or failing: that is for the next minute.
        if due is None or due >= until or (due <= now and not any(handled.values())):
            return dict(counts)
        time.sleep(max(due - clock.now(), _SHORTEST_PAUSE).total_seconds())


def _told_until(now: datetime) -> datetime:
    with ingest_session() as connection:
        batches, begun = read_batches(connection, now), read_begun(connection, now)
    known = told_until(now, batches, begun, waiting=count_waiting())
    if known < now:
        held = round((now - known).total_seconds())
        logger.warning("silence_held_back", seconds=held)
        metrics.count("SilenceHeldBackSeconds", held)
    return known


def _next_due() -> datetime | None:
    with ingest_session() as connection:
        times = (next_deadline(connection), next_due_run(connection))
    return min((time for time in times if time is not None), default=None)
