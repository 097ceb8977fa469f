"""The sweep: its time follows what is due and not what exists, and nobody's silence is noticed late."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import psycopg
import pytest

from pulse import clock
from pulse.alerts.sweeping import sweep as sweeping
from pulse.alerts.sweeping import watch as watching
from pulse.alerts.sweeping.sweep import sweep
from pulse.alerts.sweeping.watch import watch
from tests.bench.alert_fleet import fill, make_due
from tests.bench.database import fresh_database
from tests.bench.figure import Figure, percentile

_FLEETS: Final = (10_000, 100_000, 1_000_000)
_ONE_IN: Final = 100
_SAME: Final = 500
_LATE_FLEET: Final = 10_000
_MINUTE: Final = timedelta(minutes=1)
_BUDGET: Final = timedelta(seconds=45)
_TARGET_SECONDS: Final = 60.0


def measure() -> Iterator[Figure]:
    """One device in a hundred is due, then five hundred are, in fleets of different size."""
    per_device = same = 0.0
    for devices in _FLEETS:
        with fresh_database() as owner_url, _without_publication():
            fill(owner_url, devices)
            due = devices // _ONE_IN
            make_due(owner_url, due)
            took = _sweep(due)
            per_device = per_device or took / due
            name = f"sweep, {devices:,} devices of which {due:,} are due"
            yield Figure(name, took, "s", per_device * due, f"what is due, as fast as with {_FLEETS[0]:,} devices")
            yield Figure(f"{name}, rate", due / took, "/s", 1 / per_device, "the same")
            make_due(owner_url, _SAME)
            took = _sweep(_SAME)
            same = same or took
            name = f"sweep, {devices:,} devices of which {_SAME:,} are due"
            yield Figure(name, took, "s", same, f"the same with {_FLEETS[0]:,} devices")


def measure_lateness() -> Iterator[Figure]:
    """Deadlines that are spread over a minute, and the function as the schedule starts it: from the deadline until the
    transition is written.
    """
    with fresh_database() as owner_url, _without_publication():
        fill(owner_url, _LATE_FLEET)
        make_due(owner_url, _LATE_FLEET, within=_MINUTE)
        started = clock.now()
        watch(budget=_BUDGET)
        time.sleep(max(started + _MINUTE - clock.now(), timedelta(0)).total_seconds())
        watch(budget=timedelta(seconds=5))
        late = _lateness(owner_url)
    if len(late) != _LATE_FLEET:
        message = f"{len(late)} of {_LATE_FLEET} devices became STALE"
        raise RuntimeError(message)
    for percent in (50, 99):
        name = f"transition_lateness, {_LATE_FLEET:,} devices, p{percent}"
        yield Figure(name, percentile(late, percent), "s", _TARGET_SECONDS, "the target")


def _sweep(due: int) -> float:
    started = time.perf_counter()
    counts = sweep(clock.now(), budget=timedelta(minutes=10))
    took = time.perf_counter() - started
    if counts["silent_devices"] != due:
        message = f"{counts['silent_devices']} devices were handled, {due} were due"
        raise RuntimeError(message)
    return took


@contextmanager
def _without_publication() -> Iterator[None]:
    """EventBridge and SQS are not what is measured."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweeping, "publish_due", lambda: 0)
        patched.setattr(watching, "count_waiting", lambda: 0)
        yield


def _lateness(owner_url: str) -> list[float]:
    with psycopg.connect(owner_url) as owner:
        rows = owner.execute(
            """
            SELECT extract(epoch FROM created_at - (payload ->> 'changed_at')::timestamptz)::float8
            FROM outbox
            WHERE event_type = 'device.status_changed'
            """
        ).fetchall()
    return [seconds for (seconds,) in rows]
