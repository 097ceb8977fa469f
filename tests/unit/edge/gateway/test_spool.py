"""What the spool took is there until the broker has it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.gateway.spool import Spool, SpoolError

NOON = datetime(2037, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ALL = 10**9


def open_spool(folder: Path, *, max_events: int = 1000, max_bytes: int = 100_000) -> Spool:
    return Spool(folder / "spool.db", max_events=max_events, max_bytes=max_bytes)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = open_spool(tmp_path)
    yield spool
    spool.close()


def add(spool: Spool, *numbers: int, now: datetime = NOON) -> list[bool]:
    with spool.transaction():
        return [spool.add("trap", {"number": number}, now) for number in numbers]


def numbers(spool: Spool, *, limit: int = 1000, max_bytes: int = ALL) -> list[int]:
    return [orjson.loads(event.body)["number"] for event in spool.oldest(limit=limit, max_bytes=max_bytes)]


def test_events_leave_in_the_order_in_which_they_came(spool: Spool) -> None:
    add(spool, 1, 2)
    add(spool, 3)
    spool.forget(spool.oldest(limit=2, max_bytes=ALL))
    assert numbers(spool) == [3]


def test_what_was_taken_outlives_the_process_and_what_was_not_committed_does_not(tmp_path: Path) -> None:
    first = open_spool(tmp_path)
    add(first, 1)
    with suppress(InterruptedError), first.transaction():
        first.add("trap", {"number": 2}, NOON)
        raise InterruptedError
    assert first.events == 1
    first.close()
    second = open_spool(tmp_path)
    assert (numbers(second), second.events) == ([1], 1)
    second.close()


def test_a_full_spool_refuses_counts_and_keeps_what_it_has(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, max_events=2)
    assert add(spool, 1, 2, 3, 4) == [True, True, False, False]
    assert (numbers(spool), spool.fact("refused")) == ([1, 2], 2)
    spool.forget(spool.oldest(limit=1, max_bytes=ALL))
    assert add(spool, 5) == [True]
    spool.close()


def test_it_is_full_of_bytes_too(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, max_bytes=200)
    assert add(spool, 1, 2) == [True, False]
    spool.close()


def test_a_batch_has_so_many_bytes_but_always_one_event(spool: Spool) -> None:
    add(spool, 1, 2, 3)
    size = len(spool.oldest(limit=1, max_bytes=1)[0].body)
    assert numbers(spool, max_bytes=1) == [1]
    assert numbers(spool, max_bytes=2 * (size + 1)) == [1, 2]


def test_times_go_up_though_the_clock_is_put_back_and_the_process_starts_again(tmp_path: Path) -> None:
    times: list[str] = []
    for now in (NOON, NOON - timedelta(days=1), NOON, NOON + SECOND):
        spool = open_spool(tmp_path)
        add(spool, 1, 2, now=now)
        times = [orjson.loads(event.body)["received_at"] for event in spool.oldest(limit=100, max_bytes=ALL)]
        spool.close()
    assert times == sorted(set(times))
    assert len(times) == 8


def test_it_says_how_long_the_oldest_has_been_waiting(spool: Spool) -> None:
    assert spool.oldest_age(NOON) == timedelta()
    add(spool, 1)
    add(spool, 2, now=NOON + SECOND)
    assert spool.oldest_age(NOON + 3 * SECOND) == 3 * SECOND


def test_one_process_at_a_time_has_it(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    with pytest.raises(SpoolError, match="another gateway"):
        open_spool(tmp_path)
    spool.close()


def test_a_damaged_file_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "spool.db"
    file.write_bytes(b"no database" * 100)
    with pytest.raises(SpoolError, match="damaged"):
        open_spool(tmp_path)
    assert file.read_bytes().startswith(b"no database")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(st.integers(1, 5), st.just("send"), st.just("restart")), max_size=30))
def test_whatever_happens_each_event_leaves_once_and_in_order(steps: list[int | str]) -> None:
    with TemporaryDirectory() as folder:
        spool = open_spool(Path(folder))
        added, sent = 0, list[int]()
        for step in steps:
            if step == "send":
                events = spool.oldest(limit=3, max_bytes=ALL)
                sent += [orjson.loads(event.body)["number"] for event in events]
                spool.forget(events)
            elif step == "restart":
                spool.close()
                spool = open_spool(Path(folder))
            else:
                add(spool, *range(added, added + int(step)))
                added += int(step)
        assert sent + numbers(spool) == list(range(added))
        assert spool.events == added - len(sent)
        spool.close()
