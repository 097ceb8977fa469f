"""The arithmetic of windows, by property: never too many, never refused below the rate, and waits that are true."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pulse.limits.rates import Rate, format_rates, parse_rates, retry_after, room, window_at

NOON = datetime(2037, 11, 20, 12, 0, tzinfo=UTC)
RATES = st.builds(Rate, count=st.integers(1, 500), seconds=st.integers(1, 3600))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


class Counter:
    """A subject's requests, counted as the table counts them."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.counts: dict[datetime, int] = {}

    def previous(self, now: datetime) -> int:
        return self.counts.get(window_at(self.rate, now).start - timedelta(seconds=self.rate.seconds), 0)

    def current(self, now: datetime) -> int:
        return self.counts.get(window_at(self.rate, now).start, 0)

    def ask(self, now: datetime, amount: int = 1) -> bool:
        admitted = self.current(now) + amount <= room(self.rate, previous=self.previous(now), now=now)
        if admitted:
            start = window_at(self.rate, now).start
            self.counts[start] = self.counts.get(start, 0) + amount
        return admitted

    def retry_after(self, now: datetime, amount: int = 1) -> int:
        previous, current = self.previous(now), self.current(now)
        return retry_after(self.rate, previous=previous, current=current, now=now, amount=amount)


@given(RATES, INSTANTS)
def test_an_instant_lies_in_its_window(rate: Rate, now: datetime) -> None:
    window = window_at(rate, now)
    assert window.start <= now < window.start + timedelta(seconds=rate.seconds)
    assert now + window.ends_in == window.start + timedelta(seconds=rate.seconds)
    assert window_at(rate, window.start).elapsed == 0
    assert window.start.timestamp() % rate.seconds == 0


@given(RATES, INSTANTS, st.integers(0, 1000), st.integers(0, 1000), st.data())
def test_room_grows_while_the_window_passes_and_shrinks_with_what_went_before(
    rate: Rate, now: datetime, previous: int, more: int, data: st.DataObject
) -> None:
    later = now + timedelta(microseconds=data.draw(st.integers(0, window_at(rate, now).length)))
    here = room(rate, previous=previous, now=now)
    assert 0 <= here <= rate.count
    assert room(rate, previous=previous + more, now=now) <= here
    if window_at(rate, later).start == window_at(rate, now).start:
        assert room(rate, previous=previous, now=later) >= here
    assert room(rate, previous=0, now=now) == rate.count


@given(RATES, st.lists(st.integers(0, 5_000_000), min_size=1, max_size=60))
def test_a_window_never_holds_more_than_the_count(rate: Rate, gaps: list[int]) -> None:
    counter, now = Counter(rate), NOON
    for gap in gaps:
        now += timedelta(microseconds=gap)
        counter.ask(now)
        assert counter.current(now) <= rate.count
        overlap = window_at(rate, now)
        carried = counter.previous(now) * (overlap.length - overlap.elapsed) / overlap.length
        assert counter.current(now) + carried < rate.count + 1


@given(st.integers(1, 200), st.integers(1, 120), st.integers(1, 999_999))
def test_who_keeps_to_the_rate_is_never_refused(count: int, seconds: int, offset: int) -> None:
    counter = Counter(Rate(count, seconds))
    step = timedelta(microseconds=-(-seconds * 1_000_000 // count) + 1)
    assert all(counter.ask(NOON + timedelta(microseconds=offset) + turn * step) for turn in range(3 * count))


@given(RATES, st.integers(0, 3_600_000_000), st.integers(0, 1000))
def test_a_burst_gets_exactly_the_count(rate: Rate, offset: int, extra: int) -> None:
    now = NOON + timedelta(microseconds=offset)
    counter = Counter(rate)
    assert sum(counter.ask(now) for _ in range(rate.count + min(extra, 50))) == rate.count


@given(RATES, INSTANTS, st.integers(0, 600), st.integers(0, 600), st.integers(1, 500))
def test_the_wait_that_is_told_is_enough_and_not_a_second_too_long(
    rate: Rate, now: datetime, previous: int, current: int, wanted: int
) -> None:
    counter = Counter(rate)
    amount = min(wanted, rate.count)
    window = window_at(rate, now)
    counter.counts = {window.start - timedelta(seconds=rate.seconds): previous, window.start: current}
    assume(current + amount > room(rate, previous=previous, now=now))
    wait = counter.retry_after(now, amount)
    assert wait >= 1
    assert Counter.ask(_copy(counter), now + timedelta(seconds=wait), amount)
    if wait > 1:
        assert not Counter.ask(_copy(counter), now + timedelta(seconds=wait - 1), amount)


def _copy(counter: Counter) -> Counter:
    copy = Counter(counter.rate)
    copy.counts = dict(counter.counts)
    return copy


def test_a_minute_by_example() -> None:
    rate = Rate(100, 60)
    counter = Counter(rate)
    before_the_turn = NOON - timedelta(seconds=1)
    assert sum(counter.ask(before_the_turn) for _ in range(150)) == 100
    assert counter.retry_after(before_the_turn) == 2
    assert not counter.ask(NOON)
    assert sum(counter.ask(NOON + timedelta(seconds=15)) for _ in range(150)) == 25
    assert sum(counter.ask(NOON + timedelta(seconds=45)) for _ in range(150)) == 50
    assert sum(counter.ask(NOON + timedelta(seconds=185)) for _ in range(150)) == 100


@given(st.lists(RATES, min_size=1, max_size=4))
def test_rates_are_read_as_they_are_written(rates: list[Rate]) -> None:
    assert parse_rates(format_rates(rates)) == tuple(rates)


@pytest.mark.parametrize(
    "text", ["", "100", "100:0", "0:60", "-1:60", "100:60,", "100 : 60", "1e3:60", "100:60;1:1", "٣:60"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="count:seconds"):
        parse_rates(text)
