"""How a fleet conducts itself, and that a seed repeats it."""

import itertools
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.simulator.__main__ import main
from edge.simulator.assembly import FleetOptions
from edge.simulator.conduct import Conduct, SensorFault
from edge.simulator.rehearsal import Sent, invented_devices, rehearse

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def play(
    conduct: Conduct = Conduct.LIVELY,
    *,
    seed: int = 42,
    devices: int = 14,
    minutes: float = 10,
    drop_rate: float = 0.0,
    started_at: datetime = NOON,
) -> list[Sent]:
    options = FleetOptions(
        seed=seed,
        interval_seconds=5,
        incident_every_seconds=120,
        silence_every_seconds=600,
        buffer_limit=10,
        conduct=conduct,
        drop_rate=drop_rate,
    )
    return list(rehearse(invented_devices(devices), options, started_at=started_at, seconds=60 * minutes))


def longest_gaps(sent: list[Sent]) -> list[float]:
    """For each device the longest time without a message."""
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for one in sent:
        times[one.message.topic.rsplit("/", 1)[0]].append(one.at)
    return [max((later - at).total_seconds() for at, later in itertools.pairwise(seen)) for seen in times.values()]


@pytest.mark.parametrize("conduct", Conduct)
def test_the_same_seed_gives_the_same_messages_and_another_gives_others(conduct: Conduct) -> None:
    assert play(conduct, drop_rate=0.1) == play(conduct, drop_rate=0.1)
    assert play(conduct, drop_rate=0.1) != play(conduct, drop_rate=0.1, seed=43)


def test_the_command_writes_the_same_lines_for_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    def lines(seed: str) -> str:
        arguments = ["--print", "--devices", "500", "--profile", "flapping", "--drop-rate", "0.1", "--duration", "10"]
        assert main([*arguments, "--seed", seed]) == 0
        return capsys.readouterr().out

    first = lines("42")
    assert first == lines("42") != lines("43")
    assert {f"sim-{number:04}" in first for number in (1, 250, 500)} == {True}


def test_messages_are_in_the_order_of_time() -> None:
    times = [one.at for one in play()]
    assert times == sorted(times)


def test_a_steady_fleet_is_never_away() -> None:
    assert max(longest_gaps(play(Conduct.STEADY, minutes=60))) <= 5.6


def test_offline_spells_are_long_and_flapping_is_short_and_often() -> None:
    spells, flaps = (longest_gaps(play(conduct, minutes=60)) for conduct in (Conduct.OFFLINE_SPELLS, Conduct.FLAPPING))
    assert max(spells) > 180
    assert all(gap > 10 for gap in flaps)
    assert max(flaps) < 120


def test_by_night_a_fleet_sends_less() -> None:
    by_day, by_night = (len(play(Conduct.DAY_NIGHT, started_at=NOON + timedelta(hours=hours))) for hours in (0, 10))
    assert by_night < by_day / 3


@pytest.mark.parametrize("drop_rate", [0.2, 1.0])
def test_a_share_of_the_messages_is_lost_and_their_numbers_stay_used(drop_rate: float) -> None:
    all_sent, sent = play(), play(drop_rate=drop_rate)
    assert len(sent) == pytest.approx(len(all_sent) * (1 - drop_rate), rel=0.15)
    assert {one.message.message_id for one in sent} <= {one.message.message_id for one in all_sent}


@settings(max_examples=30, deadline=None)
@given(seed=st.integers())
def test_a_faulty_sensor_is_right_most_of_the_time_and_wrong_at_times(seed: int) -> None:
    fault = SensorFault(Random(seed), started_at=NOON)
    wrong = 0
    for step in range(1440):
        true: dict[str, float | bool] = {"temp_c": 4.0 + step, "door_open": False}
        wrong += fault.spoil(true, NOON + timedelta(seconds=5 * step)) != true
    assert 0 < wrong < 720
