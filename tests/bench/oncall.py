"""How long it takes to compute who is on call: 60 days of a schedule with five layers and fifty overrides."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from pulse.oncall.schedule import Layer, Override, OverrideKind, Responder, Schedule
from pulse.oncall.timeline import timeline
from tests.bench.figure import Figure, percentile

_TARGET_MILLISECONDS = 50
_RUNS = 100
_START = datetime(2026, 3, 1, tzinfo=UTC)  # the clocks change within the 60 days
_PEOPLE = [Responder(name=f"Person {number}", email=f"person-{number}@acme.example") for number in range(8)]


def measure() -> Iterator[Figure]:
    """Median and 95th percentile of the computation itself, without the database."""
    schedule = _schedule()
    milliseconds = []
    for run in range(_RUNS):
        start = _START + timedelta(hours=run)
        began = time.perf_counter()
        timeline(schedule, start, start + timedelta(days=60))
        milliseconds.append((time.perf_counter() - began) * 1000)
    for percent in (50, 95):
        yield Figure(
            f"on-call timeline of 60 days, 5 layers, 50 overrides, p{percent}",
            percentile(milliseconds, percent),
            "ms",
            _TARGET_MILLISECONDS,
            "target",
        )


def _schedule() -> Schedule:
    rotations = ["hourly", "daily", "weekly", "daily", "weekly"]
    layers = tuple(
        Layer.model_validate(
            {
                "layer_id": UUID(int=priority),
                "name": f"Layer {priority}",
                "priority": priority,
                "rotation": rotation,
                "rotation_start": "2026-01-05T09:00",
                "responders": _PEOPLE[priority - 1 : priority + 2],
                "restrictions": [{"weekdays": ["monday", "saturday"], "start": "22:00", "end": "06:00"}],
            }
        )
        for priority, rotation in enumerate(rotations, 1)
    )
    overrides = tuple(
        Override(
            UUID(int=number),
            list(OverrideKind)[number % 3],
            _PEOPLE[number % 8],
            _START + timedelta(hours=28 * number),
            _START + timedelta(hours=28 * number + 20),
        )
        for number in range(50)
    )
    return Schedule(ZoneInfo("Europe/Berlin"), layers, overrides)
