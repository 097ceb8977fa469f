"""When a batch that failed comes again."""

from itertools import pairwise

from pulse.telemetry.hand_back import LONGEST_DELAY_SECONDS, delay_seconds


def test_the_first_failure_costs_seconds_and_those_after_it_more_and_more() -> None:
    delays = [delay_seconds(count) for count in range(1, 101)]
    assert delays[:7] == [5, 10, 20, 40, 80, 160, 160]
    assert all(before <= after <= LONGEST_DELAY_SECONDS for before, after in pairwise(delays))


def test_all_receives_together_outlast_a_database_that_is_away_for_four_hours() -> None:
    assert sum(delay_seconds(count) for count in range(1, 101)) * 0.8 > 3 * 3600
    assert sum(delay_seconds(count) for count in range(1, 101)) > 4 * 3600
