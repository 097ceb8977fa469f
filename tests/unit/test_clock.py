"""How times and lengths of time are written."""

from datetime import timedelta

import pytest

from pulse.clock import format_length


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (90, "90 s"),
        (300, "5 min"),
        (3600, "1 h"),
        (5400, "90 min"),
        (86_400, "1 d"),
        (90_000, "25 h"),
    ],
)
def test_a_length_is_told_in_the_longest_unit_in_which_it_is_whole(seconds: int, words: str) -> None:
    assert format_length(timedelta(seconds=seconds)) == words
