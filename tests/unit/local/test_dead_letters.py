"""Dead letters on their way back: the time of receipt that a topic rule would have put in, and nothing else."""

import json

import pytest

from local.dead_letters import NoWayBackError, redrive, restore

FAILURE = {"topic": "devices/acme/freezer-1/telemetry", "failures": [{"failedAction": "SqsAction"}]}


def test_what_a_rule_could_not_hand_on_gets_the_time_at_which_it_came() -> None:
    assert json.loads(restore(json.dumps(FAILURE), "1795600000000")) == {**FAILURE, "received_at": 1795600000000}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({**FAILURE, "received_at": 5}),
        json.dumps({"topic": "devices/acme/freezer-1/telemetry", "received_at": 5, "data": "e30="}),
        json.dumps({"detail-type": "alert.opened", "detail": {}}),
        json.dumps(["failures"]),
        "no JSON {",
    ],
)
def test_everything_else_goes_back_as_it_came(body: str) -> None:
    assert restore(body, "1795600000000") == body


@pytest.mark.parametrize("name", ["ScheduleDeadLetterQueue", "TelemetryQueue", "NoSuchDeadLetterQueue"])
def test_a_queue_that_nothing_reads_a_second_time_is_left_alone(name: str) -> None:
    queues = {"TelemetryQueue": "t", "TelemetryErrorQueue": "e", "ScheduleDeadLetterQueue": "s"}
    with pytest.raises(NoWayBackError, match=name):
        redrive(None, queues, name)  # type: ignore[arg-type]
