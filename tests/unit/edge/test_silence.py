"""Silent devices: few at once, long enough to be missed, never in the first minutes."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.simulator.conduct import Absence
from edge.simulator.silence import SilencePlan

START = datetime(2026, 1, 1, tzinfo=UTC)


def silences(*, devices: int, every_seconds: float, seed: int, minutes: int) -> list[frozenset[int]]:
    """Who is silent, every ten seconds."""
    plan = SilencePlan(Random(seed), range(devices), started_at=START, absence=Absence(every_seconds))
    return [plan.silent_devices(START + timedelta(seconds=10 * step)) for step in range(minutes * 6)]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(), devices=st.integers(1, 40))
def test_few_are_silent_at_once_and_none_at_first(seed: int, devices: int) -> None:
    history = silences(devices=devices, every_seconds=300, seed=seed, minutes=60)
    assert not any(history[: 3 * 6])
    assert max(map(len, history)) <= (2 if devices >= 10 else 1)


def test_a_silence_lasts_three_to_six_minutes_and_ends() -> None:
    history = silences(devices=1, every_seconds=900, seed=1, minutes=24 * 60)
    lengths, current = [], 0
    for silent in history:
        if silent:
            current += 10
        elif current:
            lengths.append(current)
            current = 0
    assert len(lengths) > 30
    assert min(lengths) >= 170
    assert max(lengths) <= 370
    # Some exceed five expected intervals of 60 s, some do not: OFFLINE and merely STALE.
    assert min(lengths) < 300 < max(lengths)


def test_every_device_of_a_fleet_has_its_turn() -> None:
    history = silences(devices=25, every_seconds=900, seed=1, minutes=24 * 60)
    assert frozenset[int]().union(*history) == set(range(25))


def test_zero_means_never() -> None:
    assert not any(silences(devices=25, every_seconds=0, seed=1, minutes=600))


@pytest.mark.parametrize("step_seconds", [1, 7, 60])
def test_the_plan_does_not_depend_on_how_often_it_is_asked(step_seconds: int) -> None:
    often = SilencePlan(Random(3), range(12), started_at=START, absence=Absence(300))
    for step in range(0, 3600, step_seconds):
        often.silent_devices(START + timedelta(seconds=step))
    once = SilencePlan(Random(3), range(12), started_at=START, absence=Absence(300))
    at = START + timedelta(hours=1)
    assert often.silent_devices(at) == once.silent_devices(at)
