"""Who keeps to a rate is let in, whatever order the queue hands things out in; who does not gets the rate."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.limits.rates import Rate
from pulse.telemetry.buckets import REMEMBERED_SECONDS, Meter, admit, read_meter, record, store_meter

RATE = Rate(20, 4)
RATES = (RATE,)
START = 1_795_175_000


def take(meter: Meter, arrivals: dict[int, int]) -> tuple[Meter, int]:
    """What a batch leaves behind, and how many of its messages were let in."""
    admitted = admit(RATES, meter, arrivals)
    return record(RATES, meter, admitted), sum(admitted.values())


def test_a_burst_is_let_in_up_to_the_bucket() -> None:
    assert take({}, {START: 100})[1] == 20


def test_an_empty_bucket_fills_at_its_rate() -> None:
    meter, _ = take({}, {START: 20})
    assert take(meter, {START + 1: 20})[1] == 5
    assert take(meter, {START + 3: 20})[1] == 15
    assert take(meter, {START + 60: 100})[1] == 20


def test_a_bucket_is_as_full_after_a_long_silence_as_at_first() -> None:
    meter, _ = take({}, {START: 20})
    assert take(meter, {START + 10_000_000: 100})[1] == 20


def test_a_burst_in_several_batches_is_one_burst() -> None:
    meter: Meter = {}
    admitted = 0
    for _ in range(10):
        meter, more = take(meter, {START: 10})
        admitted += more
    assert admitted == 20


def test_a_late_burst_is_judged_by_what_came_around_its_time() -> None:
    meter, _ = take({}, {START: 20, START + 10: 10})
    assert take(meter, {START: 5})[1] == 0
    assert take(meter, {START + 5: 30})[1] == 20
    assert take(meter, {START + 9: 30})[1] == 15


def test_messages_from_before_what_is_remembered_are_judged_among_themselves() -> None:
    meter, _ = take({}, {START: 20, START + REMEMBERED_SECONDS: 20})
    assert take(meter, {START - 600: 50, START - 599: 50})[1] == 25


def test_every_rate_must_have_room() -> None:
    rates = (Rate(10, 1), Rate(15, 3600))
    meter = record(rates, {}, {START: 10})
    assert dict(admit(rates, meter, {START + 5: 10})) == {START + 5: 5}


def test_a_rate_that_is_new_starts_full_and_one_that_is_gone_is_forgotten() -> None:
    meter = record(RATES, {}, {START: 20})
    changed = (Rate(7, 1),)
    assert sum(admit(changed, meter, {START: 20}).values()) == 7
    assert set(record(changed, meter, {START: 1})) == {"7:1"}


def test_nothing_new_changes_nothing() -> None:
    meter = record(RATES, {}, {START: 3})
    assert record(RATES, meter, {}) is meter


def test_a_meter_survives_being_stored() -> None:
    meter = record(RATES, {}, {START: 30, START + 2: 1})
    assert read_meter(store_meter(meter)) == meter
    assert read_meter(None) == {}


def test_what_was_let_in_too_much_is_made_up_for() -> None:
    """Batches beside each other may let in more than one bucket; those after them find it missing."""
    meter = record(RATES, record(RATES, {}, {START: 20}), {START: 20})
    assert take(meter, {START + 4: 20})[1] == 0
    assert take(meter, {START + 8: 20})[1] == 20


_wishes = st.dictionaries(st.integers(START, START + 40), st.integers(1, 60), min_size=1, max_size=30)


def kept_to(rate: Rate, wishes: dict[int, int]) -> list[int]:
    """The seconds of messages that a sender who keeps to the rate would send."""
    tokens, last, sent = float(rate.count), min(wishes), []
    for second in sorted(wishes):
        tokens = min(rate.count, tokens + (second - last) * rate.count / rate.seconds)
        last = second
        allowed = min(wishes[second], int(tokens))
        tokens -= allowed
        sent += [second] * allowed
    return sent


@given(_wishes, st.randoms(use_true_random=False), st.integers(1, 12))
def test_who_keeps_to_the_rate_is_let_in_in_whatever_order(wishes: dict[int, int], random: Random, parts: int) -> None:
    sent = kept_to(RATE, wishes)
    random.shuffle(sent)
    meter: Meter = {}
    for part in range(parts):
        batch = Counter(sent[part::parts])
        if batch:
            meter, admitted = take(meter, batch)
            assert admitted == batch.total()


@given(st.lists(st.integers(0, 200), min_size=1, max_size=200))
def test_a_flood_in_order_gets_its_rate_and_one_bucket(flood: list[int]) -> None:
    meter: Meter = {}
    admitted = 0
    for second, count in enumerate(flood):
        if count:
            meter, more = take(meter, {START + second: count})
            admitted += more
    assert admitted <= RATE.count + (len(flood) - 1) * RATE.count / RATE.seconds


@pytest.mark.parametrize("rate", [Rate(600_000, 3600), Rate(1, 7), Rate(1000, 1)])
def test_a_rate_of_any_size_lets_its_own_number_in(rate: Rate) -> None:
    assert sum(admit((rate,), {}, {START: rate.count + 5}).values()) == rate.count
