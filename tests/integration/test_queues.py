"""Queues of failures are looked into, put back to where they failed, and emptied; the outbox shows what waits."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import boto3
import pytest

from pulse import clock
from pulse.database import ingest_session
from pulse.operations import queues
from pulse.operations.metric_store import write_samples
from pulse.operations.stack_parts import Queue, StackParts, snake_case
from pulse.operations.system_metric import Measured, SystemMetric
from tests.builders import Fleet, make_envelope, queue_body
from tests.integration.operator_plane import OperatorPlane
from tests.integration.stack import Stack, wait_for


@pytest.fixture
def parts(stack: Stack, scenario_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Queues that nobody works on, in the place of the deployed ones."""
    assert stack
    assert scenario_database
    client = boto3.client("sqs")
    names = ("notify", "notify_dead_letter", "schedule_dead_letter")
    urls = {name: client.create_queue(QueueName=f"test-{name}-{id(names)}")["QueueUrl"] for name in names}
    found = StackParts({}, {name: Queue(name, url) for name, url in urls.items()})
    monkeypatch.setattr(queues, "stack_parts", lambda: found)
    yield urls
    for url in urls.values():
        client.delete_queue(QueueUrl=url)


def fill(url: str, messages: int) -> None:
    for number in range(messages):
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=f'{{"number": {number}}}')


def depths() -> dict[str, int]:
    return {queue["queue"]: queue["messages"] for queue in OperatorPlane("operator").get("/queues")["items"]}


def test_queues_are_listed_with_what_waits_those_of_failures_first(parts: dict[str, str]) -> None:
    fill(parts["notify_dead_letter"], 3)
    items = OperatorPlane("operator").get("/queues")["items"]
    assert [(item["queue"], item["messages"], item["holds_failures"], item["redrives_to"]) for item in items] == [
        ("notify_dead_letter", 3, True, "notify"),
        ("schedule_dead_letter", 0, True, None),
        ("notify", 0, False, None),
    ]


def test_a_queue_has_the_age_that_was_measured_last_and_none_without(parts: dict[str, str]) -> None:
    assert parts
    with ingest_session() as connection:
        for minutes, seconds in ((2, 30.0), (1, 90.0)):
            measured = Measured(SystemMetric.QUEUE_OLDEST_MESSAGE_AGE, seconds, "notify_dead_letter")
            write_samples(connection, [measured], time=clock.now() - timedelta(minutes=minutes))
    items = OperatorPlane("operator").get("/queues")["items"]
    assert {item["queue"]: item["oldest_age_seconds"] for item in items} == {
        "notify_dead_letter": 90.0,
        "schedule_dead_letter": None,
        "notify": None,
    }


def test_looking_at_messages_leaves_them_there(parts: dict[str, str]) -> None:
    fill(parts["notify_dead_letter"], 2)
    operators = OperatorPlane("operator")
    for _ in range(2):
        sample = operators.get("/queues/notify_dead_letter/messages")
        assert {message["body"] for message in sample["items"]} == {'{"number": 0}', '{"number": 1}'}
        assert all(message["age_seconds"] >= 0 for message in sample["items"])
    assert operators.noted() == ["queues.sample"]
    assert depths()["notify_dead_letter"] == 2


def test_what_is_put_back_is_where_it_failed_and_nowhere_else(parts: dict[str, str]) -> None:
    fill(parts["notify_dead_letter"], 25)
    admin = OperatorPlane()
    status, redriven, text = admin.call("POST", "/operator/queues/notify_dead_letter/redrive", body={"most": 12})
    assert status == 200, text
    assert (redriven["messages"], redriven["redriven_to"], redriven["left"]) == (12, "notify", 13)
    assert {"queues.redrive", "queues.redriven"} <= set(admin.noted())
    assert admin.call("POST", "/operator/queues/notify_dead_letter/redrive")[1]["messages"] == 13
    assert (depths()["notify"], depths()["notify_dead_letter"]) == (25, 0)


def test_a_queue_of_failures_is_emptied_for_good(parts: dict[str, str]) -> None:
    fill(parts["schedule_dead_letter"], 2)
    admin = OperatorPlane()
    assert admin.call("POST", "/operator/queues/schedule_dead_letter/purge")[0] == 204
    assert "queues.purge" in admin.noted()
    assert depths()["schedule_dead_letter"] == 0


def test_what_a_queue_can_not_take_is_not_put_back(parts: dict[str, str]) -> None:
    assert parts
    status, problem, _ = OperatorPlane().call("POST", "/operator/queues/schedule_dead_letter/redrive")
    assert status == 409
    assert "docs/runbook.md" in problem["detail"]


@pytest.mark.parametrize(("method", "path"), [("POST", "purge"), ("POST", "redrive"), ("GET", "messages")])
def test_a_queue_that_is_worked_on_is_left_alone(parts: dict[str, str], method: str, path: str) -> None:
    fill(parts["notify"], 1)
    assert OperatorPlane().call(method, f"/operator/queues/notify/{path}")[0] == 409
    assert depths()["notify"] == 1


def test_operators_who_administer_nothing_change_nothing(parts: dict[str, str]) -> None:
    assert parts
    for path in ("purge", "redrive"):
        assert OperatorPlane("operator").call("POST", f"/operator/queues/notify_dead_letter/{path}")[0] == 403


def test_the_outbox_shows_what_waits_and_what_the_bus_turns_down(fleet: Fleet) -> None:
    with ingest_session() as connection:
        connection.execute(
            """
            INSERT INTO outbox (tenant_id, event_type, payload, created_at, due_at, attempts, last_error)
            VALUES (%s, 'test.refused', '{}', %s, now() + INTERVAL '1 day', 3, 'too large')
            """,
            (fleet.tenant_id, clock.now() - timedelta(hours=1)),
        )
    outbox = OperatorPlane("operator").get("/outbox")
    with ingest_session() as connection:
        connection.execute("DELETE FROM outbox WHERE event_type = 'test.refused'")
    assert outbox["oldest_age_seconds"] >= 3600
    [event] = [event for event in outbox["refused_events"] if event["tenant_id"] == fleet.tenant_id]
    assert (event["attempts"], event["last_error"]) == (3, "too large")


def test_names_are_those_of_the_template() -> None:
    assert snake_case("TelemetryDeadLetter") == "telemetry_dead_letter"
    assert snake_case("IngestHttp") == "ingest_http"


def test_deployed_a_dead_letter_goes_back_to_work(stack: Stack) -> None:
    topic = f"strange/{uuid4()}"
    boto3.client("sqs").send_message(
        QueueUrl=stack.outputs["TelemetryDeadLetterQueueUrl"], MessageBody=queue_body(make_envelope(topic=topic))
    )
    [admin] = [person for person in stack.description["operator"] if person["role"] == "operator-admin"]
    api = stack.api_with(stack.token(admin))
    wait_for(lambda: topic in api.get("/operator/queues/telemetry_dead_letter/messages").text, what="the dead letter")
    redriven = api.post("/operator/queues/telemetry_dead_letter/redrive")
    assert redriven.status_code == 200, redriven.text
    assert redriven.json()["messages"] >= 1
    [refused] = wait_for(
        lambda: api.get("/operator/quarantine", params={"q": topic}).json()["items"], what="the refusal of its topic"
    )
    assert refused["reason"] == "BAD_TOPIC"
    listed = {queue["queue"]: queue for queue in api.get("/operator/queues").json()["items"]}
    assert listed["telemetry_dead_letter"]["redrives_to"] == "telemetry"
