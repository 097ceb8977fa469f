"""Each profile over a simulated day: believable values, no false alarm, and incidents that show."""

import itertools
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.simulator.profiles import INCIDENT_THRESHOLDS, PROFILES, Metrics, Operator
from edge.simulator.profiles.journey import FASTEST_KMH, ROUTES, Position, Route, distance_metres

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)

PLAUSIBLE: dict[str, dict[str, tuple[float, float]]] = {
    "cold_storage": {"temp_c": (0, 14), "humidity_percent": (60, 100)},
    "freezer_truck": {
        "temp_c": (-25, -5),
        "latitude": (45, 54),
        "longitude": (4, 12),
        "speed_kmh": (0, FASTEST_KMH),
        "battery_v": (12, 14.5),
    },
    "weather_station": {
        "temp_c": (-5, 30),
        "humidity_percent": (15, 100),
        "pressure_hpa": (990, 1030),
        "wind_ms": (0, 30),
    },
    "pump": {
        "vibration_mm_s": (0, 13),
        "pressure_bar": (0, 8),
        "flow_l_min": (0, 500),
        "motor_temp_c": (15, 75),
    },
    "power_meter": {
        "power_kw": (5, 110),
        "voltage_v": (380, 410),
        "current_a": (10, 300),
        "energy_kwh": (10_000, 260_000),
    },
    "server_room": {"temp_c": (18, 36), "humidity_percent": (30, 60), "power_kw": (5, 17)},
    "gps_tracker": {
        "latitude": (45, 54),
        "longitude": (4, 12),
        "speed_kmh": (0, FASTEST_KMH),
        "battery_v": (3, 4.3),
    },
}
SWITCHES = {
    "cold_storage": {"door_open"},
    "freezer_truck": {"door_open"},
    "pump": {"running"},
    "server_room": {"water_leak"},
}

every_profile = pytest.mark.parametrize("name", PROFILES)


def readings(
    name: str, *, seed: int, step_seconds: float = 60, hours: float = 24, incident: float = 0.0
) -> Iterator[Metrics]:
    profile = PROFILES[name](Random(seed))
    for number in range(int(hours * 3600 / step_seconds)):
        yield profile.read(
            MIDNIGHT + timedelta(seconds=number * step_seconds),
            elapsed_seconds=step_seconds if number else 0.0,
            incident=incident,
        )


def crosses(name: str, metrics: Metrics) -> bool:
    threshold = INCIDENT_THRESHOLDS[name]
    return threshold.is_crossed(metrics[threshold.metric])


@every_profile
@pytest.mark.parametrize("incident", [0.0, 0.5, 1.0])
def test_a_day_stays_finite_and_plausible(name: str, incident: float) -> None:
    for metrics in readings(name, seed=1, incident=incident):
        assert metrics.keys() == PLAUSIBLE[name].keys() | SWITCHES.get(name, set())
        assert len(metrics) <= 64
        for metric, (lowest, highest) in PLAUSIBLE[name].items():
            assert math.isfinite(metrics[metric])
            assert lowest <= metrics[metric] <= highest, metric
        assert all(isinstance(metrics[switch], bool) for switch in SWITCHES.get(name, ()))


@every_profile
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(), step_seconds=st.floats(min_value=60, max_value=900))
def test_normal_operation_never_crosses_the_threshold(name: str, seed: int, step_seconds: float) -> None:
    day = readings(name, seed=seed, step_seconds=step_seconds)
    assert not any(crosses(name, metrics) for metrics in day)


@every_profile
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(), normal_readings=st.integers(0, 300))
def test_an_incident_always_crosses_the_threshold_and_comes_back(name: str, seed: int, normal_readings: int) -> None:
    profile = PROFILES[name](Random(seed))
    intensities = [0.0] * normal_readings + [0.3, 1.0, 1.0, 0.3, 0.0]
    crossed = [
        crosses(
            name,
            profile.read(MIDNIGHT + timedelta(seconds=5 * number), elapsed_seconds=5, incident=intensity),
        )
        for number, intensity in enumerate(intensities)
    ]
    assert crossed[-4:-2] == [True, True]
    assert not crossed[-1]
    assert not any(crossed[:normal_readings])


@every_profile
def test_a_seed_repeats_its_day_and_another_seed_does_not(name: str) -> None:
    assert list(readings(name, seed=7, hours=1)) == list(readings(name, seed=7, hours=1))
    assert list(readings(name, seed=7, hours=1)) != list(readings(name, seed=8, hours=1))


def test_thresholds_name_a_metric_and_use_both_operators() -> None:
    assert INCIDENT_THRESHOLDS.keys() == PROFILES.keys()
    assert all(INCIDENT_THRESHOLDS[name].metric in PLAUSIBLE[name] for name in PROFILES)
    assert {threshold.operator for threshold in INCIDENT_THRESHOLDS.values()} == set(Operator)


def test_a_threshold_itself_is_not_crossed() -> None:
    for threshold in INCIDENT_THRESHOLDS.values():
        assert not threshold.is_crossed(threshold.threshold)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(), incident=st.floats(0, 1))
def test_energy_never_falls_and_current_is_power_over_voltage(seed: int, incident: float) -> None:
    day = list(readings("power_meter", seed=seed, incident=incident))
    for earlier, later in itertools.pairwise(day):
        assert later["energy_kwh"] >= earlier["energy_kwh"]
    for metrics in day:
        expected_a = metrics["power_kw"] * 1000 / metrics["voltage_v"]
        assert metrics["current_a"] == pytest.approx(expected_a, abs=0.0501)


@pytest.mark.parametrize("name", ["freezer_truck", "gps_tracker"])
def test_a_vehicle_moves_as_fast_as_it_says(name: str) -> None:
    journey = list(readings(name, seed=3, step_seconds=1, hours=1))
    for earlier, later in itertools.pairwise(journey):
        moved = distance_metres(
            Position(earlier["latitude"], earlier["longitude"]),
            Position(later["latitude"], later["longitude"]),
        )
        # Coordinates are rounded to about 10 cm; around a corner the way is longer than the line.
        assert moved <= max(earlier["speed_kmh"], later["speed_kmh"]) / 3.6 + 0.5
    assert any(metrics["speed_kmh"] == 0 for metrics in journey)
    assert any(metrics["speed_kmh"] > 30 for metrics in journey)


def test_a_truck_opens_its_door_only_at_a_stop() -> None:
    day = list(readings("freezer_truck", seed=4, step_seconds=5, hours=2))
    assert any(metrics["door_open"] for metrics in day)
    assert all(metrics["speed_kmh"] == 0 for metrics in day if metrics["door_open"])


def test_an_open_door_warms_the_cold_storage() -> None:
    day = list(readings("cold_storage", seed=2, step_seconds=5))
    open_c = [metrics["temp_c"] for metrics in day if metrics["door_open"]]
    closed_c = [metrics["temp_c"] for metrics in day if not metrics["door_open"]]
    assert sum(open_c) / len(open_c) > sum(closed_c) / len(closed_c) + 0.2


def test_a_resting_pump_pumps_nothing() -> None:
    resting = [metrics for metrics in readings("pump", seed=2) if not metrics["running"]]
    assert resting
    assert all(metrics["flow_l_min"] == metrics["pressure_bar"] == 0 for metrics in resting)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_leads_back_to_its_start(route: Route) -> None:
    start, end = route.position(0.0), route.position(route.length_metres * 3)
    assert distance_metres(start, end) < 1
