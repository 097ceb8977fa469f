"""Raw metrics under normalized names: one arithmetic for values and for buckets of them."""

import math
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.queries import MetricReading
from pulse.telemetry.normalization import Source, Summary, merge_summaries, normalize_value, to_number, with_normalized
from pulse.telemetry.queries import normalize_readings

NOON = datetime(2037, 11, 20, 12, tzinfo=UTC)
FAHRENHEIT = Source("temp_f", "temp_c", Decimal(5) / Decimal(9), Decimal(-160) / Decimal(9))
NUMBERS = st.decimals(-1_000_000, 1_000_000, places=3)
FACTORS = NUMBERS.filter(lambda number: number != 0)


def summarize(values: list[Decimal], time: datetime = NOON) -> Summary:
    return Summary(time, len(values), min(values), max(values), sum(values, Decimal(0)))


def test_a_value_is_multiplied_and_moved() -> None:
    assert normalize_value(212, FAHRENHEIT) == pytest.approx(100)
    assert normalize_value(0.1, Source("a", "b", Decimal(3))) == 0.3
    assert normalize_value(True, Source("a", "b", Decimal(2), Decimal(1))) == 3


@pytest.mark.parametrize("value", [True, 7, 4.5])
def test_the_identity_leaves_a_value_as_it_is(value: float) -> None:
    assert normalize_value(value, Source("a", "a")) is value


@given(st.lists(NUMBERS, min_size=1), FACTORS, NUMBERS)
def test_a_bucket_is_what_its_normalized_values_are(values: list[Decimal], factor: Decimal, offset: Decimal) -> None:
    source = Source("raw", "normalized", factor, offset)
    merged = merge_summaries([("raw", summarize(values))], [source])
    assert merged == {"normalized": [summarize([value * factor + offset for value in values])]}


@given(st.lists(NUMBERS, min_size=1), st.lists(NUMBERS, min_size=1), FACTORS)
def test_buckets_of_several_sources_become_one(one: list[Decimal], other: list[Decimal], factor: Decimal) -> None:
    sources = [Source("a", "m"), Source("b", "m", factor)]
    merged = merge_summaries([("a", summarize(one)), ("b", summarize(other))], sources)
    assert merged == {"m": [summarize([*one, *(value * factor for value in other)])]}


def test_buckets_come_in_order_whatever_order_they_were_found_in() -> None:
    later = NOON + timedelta(hours=1)
    found = [("a", summarize([Decimal(2)], later)), ("a", summarize([Decimal(1)])), ("b", summarize([Decimal(3)]))]
    merged = merge_summaries(found, [Source("a", "m"), Source("b", "m")])
    assert [(summary.time, summary.count) for summary in merged["m"]] == [(NOON, 2), (later, 1)]


def test_one_raw_metric_may_serve_two_names() -> None:
    merged = merge_summaries([("temp", summarize([Decimal(5)]))], [Source("temp", "temp"), Source("temp", "temp_c")])
    assert set(merged) == {"temp", "temp_c"}


def test_no_number_is_infinite() -> None:
    assert to_number(Decimal("1e600")) == sys.float_info.max
    assert to_number(Decimal("-1e600")) == -sys.float_info.max


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_as_it_was(number: float) -> None:
    assert to_number(Decimal(repr(number))) == number
    assert math.isfinite(to_number(Decimal(repr(number)) * 10))


def test_the_newest_of_several_sources_is_the_latest_value_and_the_rest_keep_their_names() -> None:
    readings = [
        MetricReading(metric="humidity", value=40, time=NOON),
        MetricReading(metric="temp_c", value=4.5, time=NOON),
        MetricReading(metric="temp_f", value=50, time=NOON + timedelta(minutes=1)),
    ]
    shown = normalize_readings(readings, {"temp_f": FAHRENHEIT})
    assert {reading.metric: reading.value for reading in shown} == {"humidity": 40, "temp_c": pytest.approx(10)}
    assert [reading.metric for reading in shown] == ["humidity", "temp_c"]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"t_f": 50}, {"t_f": 50, "t": 10.0}),
        ({"t_f": 50, "t": 4}, {"t_f": 50, "t": 4}),
        ({"t_f": 50, "t_k": 300}, {"t_f": 50, "t_k": 300, "t": 10.0}),
        ({"other": 1}, {"other": 1}),
    ],
)
def test_a_sample_tells_what_is_mapped_beside_what_was_sent(sent: dict[str, float], told: dict[str, float]) -> None:
    fahrenheit = Source("t_f", "t", Decimal("0.5"), Decimal(-15))
    kelvin = Source("t_k", "t", Decimal(1), Decimal("-273.15"))
    assert with_normalized(sent, [fahrenheit, kelvin]) == told
