"""Incidents: long enough to be seen, short enough to watch them close, and as often as asked."""

import itertools
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.simulator.incidents import Incident, IncidentSchedule

START = datetime(2026, 1, 1, tzinfo=UTC)


def make_schedule(
    *, seed: int = 1, first_after: float = 10, every_seconds: float = 120, interval_seconds: float = 5
) -> IncidentSchedule:
    return IncidentSchedule(
        Random(seed),
        first_at=START + timedelta(seconds=first_after),
        every_seconds=every_seconds,
        interval_seconds=interval_seconds,
    )


def incidents_within(schedule: IncidentSchedule, *, seconds: int) -> list[Incident]:
    seen = (schedule.at(START + timedelta(seconds=second)) for second in range(seconds))
    return list(dict.fromkeys(incident for incident in seen if incident is not None))


def test_intensity_rises_holds_and_falls() -> None:
    incident = Incident(START, START + timedelta(seconds=30))
    at = [incident.intensity(START + timedelta(seconds=second)) for second in (-1, 0, 3, 6, 15, 24, 27, 30, 31)]
    assert at == pytest.approx([0, 0, 0.5, 1, 1, 1, 0.5, 0, 0])


def test_the_first_incident_begins_when_told() -> None:
    schedule = make_schedule(first_after=10)
    assert schedule.at(START + timedelta(seconds=9)) is None
    assert schedule.at(START + timedelta(seconds=10)) is not None


@given(seed=st.integers())
def test_incidents_last_20_to_40_seconds_and_pause_between(seed: int) -> None:
    incidents = incidents_within(make_schedule(seed=seed), seconds=1800)
    for earlier, later in itertools.pairwise(incidents):
        assert 20 <= (earlier.ends_at - earlier.begins_at).total_seconds() <= 40
        assert (later.begins_at - earlier.ends_at).total_seconds() >= 10


def test_incidents_come_as_often_as_asked() -> None:
    hours = 48
    incidents = incidents_within(make_schedule(every_seconds=120), seconds=hours * 3600)
    assert hours * 3600 / len(incidents) == pytest.approx(120, rel=0.1)


@settings(max_examples=30)
@given(seed=st.integers(), interval_seconds=st.floats(0.5, 60), offset=st.floats(0, 1))
def test_every_incident_is_read_at_full_intensity(seed: int, interval_seconds: float, offset: float) -> None:
    schedule = make_schedule(seed=seed, interval_seconds=interval_seconds)
    incident = schedule.at(START + timedelta(seconds=10))
    assert incident is not None
    longest_step = interval_seconds * 1.1
    readings = (offset * longest_step + number * longest_step for number in range(200))
    full = [r for r in readings if incident.intensity(incident.begins_at + timedelta(seconds=r)) == 1.0]
    assert len(full) >= 2
