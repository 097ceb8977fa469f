"""What everybody who keeps short-lived state relies on; true of the table and of its stand-in in memory."""

from datetime import timedelta
from uuid import uuid4

import pytest

from pulse import clock
from pulse.transient import (
    Key,
    count_up,
    create_entry,
    delete_entries,
    delete_entry,
    list_entries,
    read_entry,
    take_entry,
    write_entries,
    write_entry,
)

MINUTE = timedelta(minutes=1)


def make_key() -> Key:
    """A key that nobody has used."""
    return Key(f"TEST#{uuid4()}", "entry")


class TransientContract:
    """Inherit it where a `transient_table` fixture says which table is meant."""

    def test_what_was_written_is_read(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        assert read_entry(key) is None
        write_entry(key, {"text": "ü", "number": 7, "data": b"\x00\xff"}, lifetime=MINUTE)
        entry = read_entry(key)
        assert entry is not None
        assert entry.pop("expires_at") == pytest.approx(clock.now().timestamp() + 60, abs=5)
        assert entry == {"text": "ü", "number": 7, "data": b"\x00\xff"}

    def test_entries_of_a_partition_are_apart(self, transient_table: object) -> None:
        assert transient_table
        one, other = Key("TEST#shared", str(uuid4())), Key("TEST#shared", str(uuid4()))
        write_entry(one, {"n": 1}, lifetime=MINUTE)
        assert read_entry(other) is None

    def test_what_was_deleted_is_gone(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        write_entry(key, {}, lifetime=MINUTE)
        delete_entry(key)
        delete_entry(key)
        assert read_entry(key) is None

    def test_what_is_taken_is_had_once(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        write_entry(key, {"who": "first"}, lifetime=MINUTE)
        taken = take_entry(key)
        assert taken is not None
        assert taken["who"] == "first"
        assert take_entry(key) is None

    def test_what_has_expired_can_not_be_taken(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        write_entry(key, {"who": "first"}, lifetime=-MINUTE)
        assert take_entry(key) is None

    def test_a_partition_is_listed_without_what_has_expired(self, transient_table: object) -> None:
        assert transient_table
        partition = make_key().partition
        write_entries({Key(partition, f"{n:02}"): {"n": n} for n in range(60)}, lifetime=MINUTE)
        write_entry(Key(partition, "old"), {}, lifetime=-MINUTE)
        listed = list_entries(partition)
        assert {sort: values["n"] for sort, values in listed.items()} == {f"{n:02}": n for n in range(60)}
        delete_entries(Key(partition, sort) for sort in sorted(listed)[1:])
        assert list(list_entries(partition)) == ["00"]

    def test_the_first_creates_and_the_second_is_told_of_the_first(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        assert create_entry(key, {"who": "first"}, lifetime=MINUTE) is None
        in_the_way = create_entry(key, {"who": "second"}, lifetime=MINUTE)
        assert in_the_way is not None
        assert in_the_way["who"] == "first"

    def test_what_has_expired_is_not_there_although_it_is_not_removed_yet(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        write_entry(key, {"who": "first"}, lifetime=-MINUTE)
        assert read_entry(key) is None
        assert create_entry(key, {"who": "second"}, lifetime=MINUTE) is None

    def test_counting_stops_at_the_bound(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        counted = [count_up(key, most=3, lifetime=MINUTE) for _ in range(5)]
        assert counted == [(True, 1), (True, 2), (True, 3), (False, 3), (False, 3)]
        assert count_up(key, most=4, lifetime=MINUTE) == (True, 4)

    def test_what_is_counted_at_once_fits_whole_or_not_at_all(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        assert count_up(key, by=6, most=5, lifetime=MINUTE) == (False, 0)
        assert count_up(key, by=3, most=5, lifetime=MINUTE) == (True, 3)
        assert count_up(key, by=3, most=5, lifetime=MINUTE) == (False, 3)
        assert count_up(key, by=2, most=5, lifetime=MINUTE) == (True, 5)

    def test_where_nothing_fits_nothing_is_counted(self, transient_table: object) -> None:
        assert transient_table
        key = make_key()
        assert count_up(key, most=0, lifetime=MINUTE) == (False, 0)
        assert read_entry(key) is None
