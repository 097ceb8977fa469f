"""The HTTP door, from a request to its answer, without a queue and without a database."""

import gzip
import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.devices.tokens import Sender
from pulse.quarantine.reasons import Reason, Refusal
from pulse.settings import settings
from pulse.telemetry import door
from pulse.telemetry.decode import decode, limits_for, refuse_form
from pulse.telemetry.message import Address, MessageType, read_envelope
from tests.builders import make_envelope
from tests.unit.api.gateway import make_context, make_event

TOKEN = "pd_of_freezer_1"
SENDERS: dict[str, Sender | Refusal] = {
    TOKEN: Sender("acme", "freezer-1", "token-1"),
    "pd_of_freezer_2": Sender("acme", "freezer-2", "token-2"),
    "pd_revoked": Refusal(Reason.CREDENTIAL_REVOKED, "revoked"),
    "pd_suspended": Refusal(Reason.DEVICE_SUSPENDED, "suspended"),
}
OWN_PATH = "/ingest/v1/tenant/acme/device/freezer-1"


class Queue:
    """Takes messages, apart from those at the positions in `fails`."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.fails: set[int] = set()

    def enqueue(self, bodies: Sequence[str]) -> set[int]:
        self.bodies += [body for position, body in enumerate(bodies) if position not in self.fails]
        return self.fails & set(range(len(bodies)))


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    def identify(texts: set[str]) -> dict[str, Sender | Refusal]:
        if "pd_away" in texts:
            raise psycopg.OperationalError
        return {text: SENDERS.get(text, Refusal(Reason.TOKEN_INVALID, "not one of ours")) for text in texts}

    queue = Queue()
    monkeypatch.setattr(door, "identify", identify)
    monkeypatch.setattr(door, "enqueue", queue.enqueue)
    monkeypatch.setenv("DATABASE_SECRET_ARN", "unused")
    monkeypatch.setenv("TELEMETRY_QUEUE_URL", "unused")
    monkeypatch.setenv("EVENT_BUS_NAME", "unused")
    settings.cache_clear()
    return queue


def post(path: str, body: Any = None, *, token: str | None = TOKEN, **headers: str) -> tuple[int, dict[str, Any]]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        sent["authorization"] = f"Bearer {token}"
    event = make_event("POST", path, headers=sent)
    if isinstance(body, bytes):
        event |= {"body": b64encode(body).decode(), "isBase64Encoded": True}
    elif body is not None:
        event["body"] = json.dumps(body)
    answer = import_module("ingest_http.app").handler(event, make_context())
    assert answer["headers"]["X-Request-Id"] == "request-1"
    document: dict[str, Any] = json.loads(answer["body"])
    is_problem = answer["headers"]["Content-Type"] == "application/problem+json"
    assert is_problem == (answer["statusCode"] >= 400)
    if is_problem:
        assert document["status"] == answer["statusCode"]
        assert document["detail"]
    return answer["statusCode"], document


def queued(queue: Queue) -> list[tuple[str, str, Any]]:
    """Topic, principal and payload of what is on the queue."""
    envelopes = [read_envelope(body) for body in queue.bodies]
    return [(one.topic, one.principal, json.loads(one.payload or b"null")) for one in envelopes if one]


def test_a_message_is_put_on_the_queue_as_a_topic_rule_would(queue: Queue) -> None:
    status, document = post("/ingest/v1/telemetry", {"seq": 7, "metrics": {"temp_c": 4.5}})
    assert status == 202
    assert (document["status"], document["device_id"], document["seq"]) == ("accepted", "freezer-1", 7)
    assert queued(queue) == [("devices/acme/freezer-1/telemetry", "token-1", {"seq": 7, "metrics": {"temp_c": 4.5}})]
    [envelope] = [read_envelope(body) for body in queue.bodies]
    assert envelope is not None
    assert envelope.message_id == document["message_id"]
    assert set(json.loads(queue.bodies[0])) == {
        "data",
        "topic",
        "client_id",
        "principal",
        "received_at",
        "message_id",
    }


def test_the_payload_arrives_byte_for_byte(queue: Queue) -> None:
    payload = b'{"metrics" : {"temp_c": 4.50},\n "unknown":1e2}'
    assert post("/ingest/v1/telemetry", payload)[0] == 202
    assert post("/ingest/v1/telemetry", gzip.compress(payload), content_encoding="gzip")[0] == 202
    envelopes = [read_envelope(body) for body in queue.bodies]
    assert [envelope and envelope.payload for envelope in envelopes] == [payload, payload]


def test_a_heartbeat_needs_no_body(queue: Queue) -> None:
    assert post("/ingest/v1/heartbeat")[0] == 202
    assert queued(queue) == [("devices/acme/freezer-1/heartbeat", "token-1", None)]


@pytest.mark.parametrize("msg_type", ["telemetry", "heartbeat"])
def test_the_path_of_old_works_with_its_header(queue: Queue, msg_type: str) -> None:
    status, _ = post(f"{OWN_PATH}/{msg_type}", {"metrics": {"t": 1}}, token=None, x_provision_token=TOKEN)
    assert status == 202
    assert queued(queue)[0][0] == f"devices/acme/freezer-1/{msg_type}"


@pytest.mark.parametrize(
    ("token", "status", "reason"),
    [
        (None, 401, "TOKEN_MISSING"),
        ("pd_invented", 401, "TOKEN_INVALID"),
        ("pd_revoked", 401, "CREDENTIAL_REVOKED"),
        ("pd_suspended", 403, "DEVICE_SUSPENDED"),
        ("pd_of_freezer_2", 403, "CREDENTIAL_MISMATCH"),
    ],
)
def test_who_may_not_send_is_told_why(queue: Queue, token: str | None, status: int, reason: str) -> None:
    answered, problem = post(f"{OWN_PATH}/telemetry", {"metrics": {"t": 1}}, token=token)
    assert (answered, problem["reason"]) == (status, reason)
    assert queue.bodies == []


@pytest.mark.parametrize(
    "path", ["/ingest/v1/tenant/other/device/freezer-1/telemetry", "/ingest/v1/tenant/acme/device/x/telemetry"]
)
def test_a_path_that_names_another_device_is_refused(queue: Queue, path: str) -> None:
    status, problem = post(path, {"metrics": {"t": 1}}, token=None, x_provision_token=TOKEN)
    assert (status, problem["reason"]) == (403, "CREDENTIAL_MISMATCH")
    assert queue.bodies == []


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{", 422, "INVALID_JSON"),
        (b"[]", 422, "INVALID_JSON"),
        (b"\xff", 422, "INVALID_JSON"),
        (None, 422, "INVALID_JSON"),
        ({"version": "2", "metrics": {}}, 422, "UNSUPPORTED_VERSION"),
        ({"tenant_id": "other", "metrics": {}}, 403, "TENANT_MISMATCH"),
        ({"seq": -1, "metrics": {}}, 422, "INVALID_JSON"),
        ({"site_id": 7, "metrics": {}}, 422, "INVALID_JSON"),
        ({"message_id": "a\n", "metrics": {}}, 422, "INVALID_JSON"),
        ({"ts": "yesterday", "metrics": {}}, 422, "BAD_TIMESTAMP"),
        (b" " * 16_385, 413, "PAYLOAD_TOO_LARGE"),
    ],
)
def test_an_envelope_that_is_wrong_is_refused_for_its_reason(queue: Queue, body: Any, status: int, reason: str) -> None:
    answered, problem = post("/ingest/v1/telemetry", body)
    assert (answered, problem["reason"]) == (status, reason)
    assert queue.bodies == []


def test_a_field_of_the_wrong_form_is_named(queue: Queue) -> None:
    _, problem = post("/ingest/v1/telemetry", {"seq": -1, "metrics": {"temp_c": 21.5}})
    assert problem["detail"] == "seq must be a whole number from 0"
    _, batch = post("/ingest/v1/batch", {"messages": [{"metrics": {"t": 1}}, {"seq": -1, "metrics": {"t": 1}}]})
    assert [result.get("detail") for result in batch["results"]] == [None, "seq must be a whole number from 0"]
    assert len(queue.bodies) == 1


FRAMES = st.fixed_dictionaries(
    {"metrics": st.just({"t": 1})},
    optional={
        "version": st.sampled_from(["1", "2", 1, None]),
        "seq": st.sampled_from([-1, 0, 2**63 - 1, 2**63, 1.0, True, "7", None]),
        "site_id": st.sampled_from(["hall-a", "", 7, None]),
        "message_id": st.sampled_from(["m", "", "m" * 129, "a\x7f", 7, None]),
        "ts": st.sampled_from(["2037-11-20T12:00:00Z", "20371120T1200", "2037-11-20", "noon", 0, None]),
    },
)


@given(FRAMES)
def test_the_door_refuses_the_forms_that_ingest_refuses_and_for_the_same_reason(fields: dict[str, Any]) -> None:
    envelope = make_envelope(fields)
    limits = limits_for([envelope], max_payload_bytes=16_384, retention=timedelta(days=90))
    ingested = decode(envelope, Address(("acme", "freezer-1"), MessageType.TELEMETRY), limits)
    assert refuse_form(fields) == (ingested if isinstance(ingested, Refusal) else None)


def test_readings_are_left_to_ingest(queue: Queue) -> None:
    assert post("/ingest/v1/telemetry", {"metrics": {"temp_c": "warm"}})[0] == 202
    assert len(queue.bodies) == 1


def test_bodies_that_cannot_be_read_are_refused(queue: Queue) -> None:
    assert post("/ingest/v1/telemetry", b"no gzip", content_encoding="gzip")[0] == 400
    assert post("/ingest/v1/telemetry", b"{}", content_encoding="br")[0] == 415
    bomb = gzip.compress(bytes(50_000_000))
    assert post("/ingest/v1/telemetry", bomb, content_encoding="gzip")[1]["reason"] == "PAYLOAD_TOO_LARGE"
    assert post("/ingest/v1/batch", bomb, content_encoding="gzip")[0] == 413
    assert queue.bodies == []


def test_nothing_is_accepted_that_the_queue_has_not_taken(queue: Queue) -> None:
    queue.fails = {0}
    status, _ = post("/ingest/v1/telemetry", {"metrics": {"t": 1}})
    assert status == 503


def test_a_database_that_is_away_is_no_refusal(queue: Queue) -> None:
    assert queue
    assert post("/ingest/v1/telemetry", {"metrics": {"t": 1}}, token="pd_away")[0] == 503


def test_a_batch_has_a_result_for_each_message_in_its_place(queue: Queue) -> None:
    queue.fails = {1}
    status, document = post(
        "/ingest/v1/batch",
        {
            "messages": [
                {"metrics": {"t": 1}, "seq": 1},
                {"metrics": {"t": 2}, "version": "9"},
                {"metrics": {"t": 3}},
                {
                    "tenant_id": "acme",
                    "device_id": "freezer-2",
                    "msg_type": "heartbeat",
                    "provision_token": "pd_of_freezer_2",
                },
                {"metrics": {"t": 4}, "device_id": "freezer-2"},
                {"metrics": {"t": 5}, "provision_token": "pd_invented"},
                7,
                {"metrics": {"t": 6}, "msg_type": "command"},
                {"metrics": {"t": 7}, "device_id": 7},
            ]
        },
    )
    assert (status, document["accepted"], document["rejected"]) == (202, 2, 7)
    assert [(result["index"], result["status"], result.get("reason")) for result in document["results"]] == [
        (0, "accepted", None),
        (1, "rejected", "UNSUPPORTED_VERSION"),
        (2, "rejected", "NOT_QUEUED"),
        (3, "accepted", None),
        (4, "rejected", "CREDENTIAL_MISMATCH"),
        (5, "rejected", "TOKEN_INVALID"),
        (6, "rejected", "INVALID_JSON"),
        (7, "rejected", "INVALID_JSON"),
        (8, "rejected", "INVALID_JSON"),
    ]
    assert queued(queue) == [
        ("devices/acme/freezer-1/telemetry", "token-1", {"metrics": {"t": 1}, "seq": 1}),
        ("devices/acme/freezer-2/heartbeat", "token-2", {}),
    ]


def test_a_batch_of_which_nothing_is_accepted_is_a_problem(queue: Queue) -> None:
    message = {"metrics": {"t": 1}}
    status, problem = post("/ingest/v1/batch", {"messages": [message]}, token="pd_invented")
    assert (status, problem["accepted"], problem["results"][0]["reason"]) == (400, 0, "TOKEN_INVALID")
    queue.fails = {0}
    assert post("/ingest/v1/batch", {"messages": [message]})[0] == 503


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_has_one_to_a_hundred_messages(queue: Queue, count: int) -> None:
    assert post("/ingest/v1/batch", {"messages": [{"metrics": {"t": 1}}] * count})[0] == 400
    assert queue.bodies == []


@pytest.mark.parametrize("body", [b"{", [], {}, {"messages": 1}, {"messages": {"metrics": {}}}])
def test_what_is_no_batch_is_refused(queue: Queue, body: Any) -> None:
    status, problem = post("/ingest/v1/batch", body)
    assert (status, problem["reason"]) == (422, "INVALID_JSON")
    assert queue.bodies == []


@pytest.mark.parametrize("path", ["/ingest/v1", "/ingest/v1/other", f"{OWN_PATH}/command", "/ingest/v2/telemetry"])
def test_there_is_nothing_else(queue: Queue, path: str) -> None:
    assert queue
    assert post(path, {"metrics": {"t": 1}})[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/ingest/v1/telemetry", "POST"),
        ("DELETE", "/ingest/v1/batch", "POST"),
        ("GET", f"{OWN_PATH}/heartbeat", "POST"),
        ("GET", "/ingest/v1/commands/1/ack", "POST"),
        ("POST", "/ingest/v1/commands", "GET"),
        ("DELETE", "/ingest/v1/shadow", "GET, POST"),
    ],
)
def test_another_method_is_told_which_one_there_is(queue: Queue, method: str, path: str, allowed: str) -> None:
    assert queue
    answer = import_module("ingest_http.app").handler(make_event(method, path), make_context())
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, allowed)
