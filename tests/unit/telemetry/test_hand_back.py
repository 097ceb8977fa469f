"""When a batch that failed comes again."""

from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pulse.settings import settings
from pulse.telemetry import hand_back as handing_back
from pulse.telemetry.hand_back import LONGEST_DELAY_SECONDS, Receipt, delay_seconds, hand_back


def test_the_first_failure_costs_seconds_and_those_after_it_more_and_more() -> None:
    delays = [delay_seconds(count) for count in range(1, 101)]
    assert delays[:7] == [5, 10, 20, 40, 80, 160, 160]
    assert all(before <= after <= LONGEST_DELAY_SECONDS for before, after in pairwise(delays))


def test_all_receives_together_outlast_a_database_that_is_away_for_four_hours() -> None:
    assert sum(delay_seconds(count) for count in range(1, 101)) * 0.8 > 3 * 3600
    assert sum(delay_seconds(count) for count in range(1, 101)) > 4 * 3600


class Queue:
    """A queue that does not know some of the messages, and does not answer for others."""

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """As SQS does."""
        assert QueueUrl == "the queue"
        handles = [entry["ReceiptHandle"] for entry in Entries]
        if "away" in handles:
            raise ClientError({"Error": {"Code": "InternalError"}}, "ChangeMessageVisibilityBatch")
        failed = [{"Id": entry["Id"]} for entry in Entries if entry["ReceiptHandle"] == "unknown"]
        return {"Successful": [], **({"Failed": failed} if failed else {})}


@pytest.mark.parametrize(
    ("handles", "in_vain"),
    [
        (["known"] * 25, 0),
        (["known"] * 10 + ["away", *["known"] * 2], 3),
        (["unknown", "known", "unknown"], 2),
        (["unknown", *["known"] * 9, "away"], 2),
    ],
)
def test_only_messages_that_the_queue_was_not_told_of_are_in_vain(
    monkeypatch: pytest.MonkeyPatch, handles: list[str], in_vain: int
) -> None:
    monkeypatch.setenv("TELEMETRY_QUEUE_URL", "the queue")
    settings.cache_clear()
    monkeypatch.setattr(handing_back, "_client", Queue)
    try:
        assert hand_back([Receipt(handle, 1) for handle in handles]) == in_vain
    finally:
        settings.cache_clear()
