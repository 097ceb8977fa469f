"""What messages make of a device's state."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.devices.state import (
    MOST_LAST_METRICS,
    DeviceState,
    DeviceStatus,
    count_arrivals,
    is_worth_noting,
    observe,
    summarize,
)
from pulse.limits.rates import Rate
from pulse.telemetry.buckets import record
from pulse.telemetry.message import MetricValue, Reading
from tests.builders import NOON, make_envelope, make_registered_device

SECOND = timedelta(seconds=1)
DEVICE = make_registered_device()


def make_state(**changes: object) -> DeviceState:
    state = DeviceState("acme", "freezer-1", DeviceStatus.PENDING, NOON, None, None, {}, None, None, {})
    return state._replace(**changes)  # type: ignore[arg-type]


def heard(at: datetime, metrics: dict[str, MetricValue] | None = None, *, measured: datetime | None = None) -> Reading:
    return Reading(make_envelope(received_at=at), measured or at, "m", None, metrics or {}, None, None)


def after(state: DeviceState, *readings: Reading) -> DeviceState:
    return observe(state, summarize(readings), DEVICE, state.receipts)[0]


def test_the_first_message_brings_a_device_online_with_its_deadlines() -> None:
    observation = summarize([heard(NOON)])
    state, transition = observe(make_state(), observation, DEVICE, {})
    assert state.status is DeviceStatus.ONLINE
    assert (state.stale_at, state.offline_at) == (NOON + 120 * SECOND, NOON + 300 * SECOND)
    assert transition is not None
    assert (transition.from_status, transition.to_status) == (DeviceStatus.PENDING, DeviceStatus.ONLINE)


def test_telemetry_is_a_sign_of_life_as_much_as_a_heartbeat() -> None:
    offline = make_state(status=DeviceStatus.OFFLINE, last_seen_at=NOON, stale_at=NOON, offline_at=NOON)
    for reading in (heard(NOON + SECOND), heard(NOON + SECOND, {"temp_c": 4})):
        assert after(offline, reading).status is DeviceStatus.ONLINE


@pytest.mark.parametrize(
    ("status", "seconds", "worth"),
    [
        ("PENDING", 0, True),
        ("STALE", 1, True),
        ("OFFLINE", 1, True),
        ("ONLINE", -1, False),
        ("ONLINE", 0, False),
        ("ONLINE", 5.999, False),
        ("ONLINE", 6, True),
        ("ONLINE", 60, True),
    ],
)
def test_a_sign_of_life_is_worth_noting_each_tenth_of_an_interval(status: str, seconds: float, worth: bool) -> None:
    seen = None if status == "PENDING" else NOON
    state = make_state(status=DeviceStatus(status), last_seen_at=seen)
    assert is_worth_noting(state, NOON + seconds * SECOND, DEVICE) is worth


def test_a_heartbeat_without_metrics_is_no_telemetry() -> None:
    assert summarize([heard(NOON)]).telemetry_at is None
    assert summarize([heard(NOON), heard(NOON - SECOND, {"temp_c": 4})]).telemetry_at == NOON - SECOND


def test_a_message_of_several_readings_counts_once() -> None:
    envelope = make_envelope()
    readings = [Reading(envelope, NOON + n * SECOND, f"m#{n}", None, {"a": n}, None, None) for n in range(3)]
    assert count_arrivals([*readings, heard(NOON + SECOND)]) == {
        int(NOON.timestamp()): 1,
        int(NOON.timestamp()) + 1: 1,
    }


def test_an_observation_spans_the_readings_that_have_metrics() -> None:
    readings = [heard(NOON, {"a": 1}, measured=NOON - n * SECOND) for n in (3, 1, 2)]
    observation = summarize([*readings, heard(NOON)])
    assert (observation.telemetry_since, observation.telemetry_at) == (NOON - 3 * SECOND, NOON - SECOND)


def test_what_the_rate_is_measured_by_is_kept_with_the_state() -> None:
    receipts = record((Rate(20, 4),), {}, {int(NOON.timestamp()): 3})
    for last_seen in (NOON - SECOND, NOON + SECOND):
        state, _ = observe(make_state(last_seen_at=last_seen), summarize([heard(NOON)]), DEVICE, receipts)
        assert state.receipts == receipts


def test_a_message_while_online_moves_the_deadlines_and_is_no_transition() -> None:
    online = after(make_state(), heard(NOON))
    observation = summarize([heard(NOON + 30 * SECOND)])
    state, transition = observe(online, observation, DEVICE, {})
    assert transition is None
    assert state.stale_at == NOON + 150 * SECOND
    assert state.status_changed_at == online.status_changed_at


def test_a_message_that_was_on_its_way_for_long_ends_a_silence_not_before_it_began() -> None:
    silent = make_state(
        status=DeviceStatus.STALE, status_changed_at=NOON, last_seen_at=NOON - 120 * SECOND, stale_at=NOON
    )
    state, transition = observe(silent, summarize([heard(NOON - 60 * SECOND)]), DEVICE, {})
    assert transition is not None
    assert (state.status, state.status_changed_at, transition.time) == (DeviceStatus.ONLINE, NOON, NOON)
    assert state.stale_at == NOON + 60 * SECOND


def test_a_message_that_was_let_in_on_a_devices_way_out_of_service_gives_it_no_deadline() -> None:
    out_of_service = make_state(status=DeviceStatus.OFFLINE, last_seen_at=NOON)
    state, transition = observe(out_of_service, summarize([heard(NOON + SECOND)]), DEVICE, {})
    assert transition is None
    assert (state.status, state.stale_at, state.last_seen_at) == (DeviceStatus.OFFLINE, None, NOON + SECOND)


def test_a_clock_that_is_ahead_makes_no_telemetry_of_the_future() -> None:
    readings = [heard(NOON, {"a": 1}, measured=NOON + n * SECOND) for n in (1, 240)]
    observation = summarize([*readings, heard(NOON - SECOND, {"a": 1})])
    assert observation.telemetry_at == NOON + 240 * SECOND
    assert after(make_state(), *readings).last_telemetry_at == NOON


def test_a_message_received_earlier_than_the_last_changes_no_liveness() -> None:
    state = after(make_state(), heard(NOON + 60 * SECOND))
    assert after(state, heard(NOON)).last_seen_at == NOON + 60 * SECOND


def test_an_interval_of_the_device_moves_its_deadlines() -> None:
    observation = summarize([heard(NOON)])
    state, _ = observe(
        make_state(), observation, make_registered_device(expected_interval_seconds=10, stale_factor=3.0), {}
    )
    assert (state.stale_at, state.offline_at) == (NOON + 30 * SECOND, NOON + 50 * SECOND)


def test_values_of_different_messages_stand_side_by_side_each_with_its_time() -> None:
    state = after(make_state(), heard(NOON, {"temp_c": 4}), heard(NOON + SECOND, {"door_open": True}))
    assert state.last_metrics == {
        "temp_c": {"value": 4, "time": "2037-11-20T12:00:00.000000Z"},
        "door_open": {"value": True, "time": "2037-11-20T12:00:01.000000Z"},
    }


_readings = st.lists(
    st.tuples(st.integers(0, 50), st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), min_size=1)),
    min_size=1,
    max_size=4,
    unique_by=lambda reading: reading[0],
)


@given(_readings)
def test_the_latest_values_do_not_depend_on_the_order_of_arrival(readings: list[tuple[int, dict[str, int]]]) -> None:
    expected = None
    for order in permutations(readings):
        state = make_state()
        for arrival, (second, metrics) in enumerate(order):
            reading = heard(NOON + (100 + arrival) * SECOND, dict(metrics), measured=NOON + second * SECOND)
            state = after(state, reading)
        expected = expected or (state.last_metrics, state.last_telemetry_at)
        assert (state.last_metrics, state.last_telemetry_at) == expected


@given(_readings, st.integers(0, 4))
def test_one_batch_or_several_leave_the_same_state(readings: list[tuple[int, dict[str, int]]], cut: int) -> None:
    heards = [
        heard(NOON + (100 + arrival) * SECOND, dict(metrics), measured=NOON + second * SECOND)
        for arrival, (second, metrics) in enumerate(readings)
    ]
    together = after(make_state(), *heards)
    parted = make_state()
    for part in (heards[:cut], heards[cut:]):
        parted = after(parted, *part) if part else parted
    assert together._replace(status_changed_at=NOON) == parted._replace(status_changed_at=NOON)


def test_a_device_of_ever_new_metrics_keeps_the_newest_256() -> None:
    state = make_state()
    for number in range(300):
        state = after(state, heard(NOON + number * SECOND, {f"metric-{number}": number}))
    assert state.last_metrics.keys() == {f"metric-{number}" for number in range(44, 300)}


def test_a_late_value_of_a_metric_that_was_dropped_does_not_push_out_a_newer_one() -> None:
    state = after(make_state(), *(heard(NOON + n * SECOND, {f"metric-{n}": n}) for n in range(MOST_LAST_METRICS + 1)))
    late = heard(NOON + 300 * SECOND, {"metric-0": 0}, measured=NOON)
    assert after(state, late).last_metrics == state.last_metrics


@given(st.permutations(range(MOST_LAST_METRICS + 8)), st.integers(1, MOST_LAST_METRICS))
@settings(max_examples=20)
def test_which_metrics_are_kept_does_not_depend_on_the_order_of_arrival(order: list[int], cut: int) -> None:
    readings = [heard(NOON + 600 * SECOND, {f"m{n}": n}, measured=NOON + n // 4 * SECOND) for n in order]
    in_parts = after(after(make_state(), *readings[:cut]), *readings[cut:])
    assert in_parts.last_metrics == after(make_state(), *sorted(readings, key=lambda r: r.time)).last_metrics
