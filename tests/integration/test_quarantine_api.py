"""Refused messages: a tenant's people look at their own, operators at all, and every look of theirs is noted."""

import json
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.database import operator_session
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet, make_envelope
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event

MINUTE = timedelta(minutes=1)
GARBAGE = b"\x00\xff no text"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's time stands a minute after noon."""
    monkeypatch.setattr(clock, "now", lambda: NOON + MINUTE)


@pytest.fixture
def refused(fleet: Fleet) -> Fleet:
    """A tenant with five refused messages, of four reasons."""
    fleet.add_device()
    fleet.add_device("freezer-2")
    ingest(
        [
            fleet.message(GARBAGE, at=NOON - 30 * MINUTE),
            fleet.message(b"also no JSON", device_id="freezer-2", at=NOON - 20 * MINUTE),
            fleet.message({"metrics": {"temp_c": "warm"}}, at=NOON - 10 * MINUTE),
            fleet.message({"site_id": "hall-b", "metrics": {"temp_c": 4}}, at=NOON - 5 * MINUTE),
            fleet.message({"metrics": {"temp_c": 4}}, device_id="never-registered", at=NOON),
        ]
    )
    return fleet


def get(fleet: Fleet | None, path: str, **query: str) -> tuple[int, dict[str, Any]]:
    """What a viewer of the tenant is answered; without a tenant, an operator."""
    folder = "customer_api" if fleet else "operator_api"
    roles = "viewer" if fleet else "operator"
    authorizer = {**CALLER, "roles": roles, "tenant_id": fleet.tenant_id if fleet else ""}
    plane = "/customer" if fleet else "/operator"
    event = make_event("GET", f"{plane}{path}", query=query, authorizer=authorizer)
    answer = apis()[folder].handle(event, make_context())
    return answer["statusCode"], json.loads(answer["body"])


def found(fleet: Fleet | None, **query: str) -> list[str]:
    """Reasons in a list, in its order."""
    status, page = get(fleet, "/quarantine", **query)
    assert status == 200, page
    return [entry["reason"] for entry in page["items"]]


def instant(time: datetime) -> str:
    return time.isoformat()


def test_the_newest_comes_first(refused: Fleet) -> None:
    assert found(refused) == [
        "UNREGISTERED_DEVICE",
        "SITE_MISMATCH",
        "BAD_METRICS",
        "INVALID_JSON",
        "INVALID_JSON",
    ]


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ({"reason": "INVALID_JSON"}, ["INVALID_JSON", "INVALID_JSON"]),
        ({"reason": "RATE_LIMITED"}, []),
        ({"device_id": "freezer-2"}, ["INVALID_JSON"]),
        ({"q": "TEMP_C MUST"}, ["BAD_METRICS"]),
        ({"q": "never-registered"}, ["UNREGISTERED_DEVICE"]),
        ({"start": instant(NOON - 5 * MINUTE)}, ["UNREGISTERED_DEVICE", "SITE_MISMATCH"]),
        ({"start": instant(NOON - 10 * MINUTE), "end": instant(NOON - 5 * MINUTE)}, ["BAD_METRICS"]),
        ({"reason": "INVALID_JSON", "device_id": "freezer-1"}, ["INVALID_JSON"]),
    ],
)
def test_filters_narrow_the_list(refused: Fleet, query: dict[str, str], reasons: list[str]) -> None:
    assert found(refused, **query) == reasons


def test_pages_follow_one_another(refused: Fleet) -> None:
    ids: list[int] = []
    query = {"limit": "2"}
    while True:
        _, page = get(refused, "/quarantine", **query)
        ids += [entry["quarantine_id"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(ids) == len(set(ids)) == 5


def test_a_message_is_shown_with_its_payload(refused: Fleet) -> None:
    [entry] = get(refused, "/quarantine", reason="BAD_METRICS")[1]["items"]
    status, message = get(refused, f"/quarantine/{entry['quarantine_id']}")
    assert status == 200
    assert message.items() >= entry.items()
    assert json.loads(message["payload_text"]) == {"metrics": {"temp_c": "warm"}}
    assert b64decode(message["payload_base64"]) == message["payload_text"].encode()


def test_what_is_no_text_is_shown_as_base64_alone(refused: Fleet) -> None:
    [entry] = get(refused, "/quarantine", reason="INVALID_JSON", device_id="freezer-1")[1]["items"]
    _, message = get(refused, f"/quarantine/{entry['quarantine_id']}")
    assert message["payload_text"] is None
    assert b64decode(message["payload_base64"]) == GARBAGE


def test_a_character_that_the_end_has_cut_off_spoils_no_text(fleet: Fleet) -> None:
    ingest([fleet.message(b"x" + "ü".encode() * 3000, at=NOON)])
    [entry] = get(fleet, "/quarantine")[1]["items"]
    _, message = get(fleet, f"/quarantine/{entry['quarantine_id']}")
    assert message["payload_bytes"] == 6001
    assert message["payload_text"] == "x" + "ü" * 2047


def test_messages_are_counted_by_reason(refused: Fleet) -> None:
    status, counts = get(refused, "/quarantine/counts")
    assert status == 200
    assert counts["total"] == 5
    assert [(count["reason"], count["messages"]) for count in counts["reasons"]] == [
        ("INVALID_JSON", 2),
        ("BAD_METRICS", 1),
        ("SITE_MISMATCH", 1),
        ("UNREGISTERED_DEVICE", 1),
    ]
    _, later = get(refused, "/quarantine/counts", start=instant(NOON - 10 * MINUTE), end=instant(NOON))
    assert later["total"] == 2
    status, problem = get(refused, "/quarantine/counts", start=instant(NOON), end=instant(NOON))
    assert (status, problem["errors"][0]["field"]) == (400, "start")


def test_another_tenants_messages_are_nobodys(refused: Fleet) -> None:
    other = Fleet()
    [entry, *_] = get(refused, "/quarantine")[1]["items"]
    assert found(other) == []
    assert get(other, "/quarantine/counts")[1]["total"] == 0
    assert get(other, f"/quarantine/{entry['quarantine_id']}")[0] == 404


def test_operators_look_at_all_tenants_or_at_one(refused: Fleet) -> None:
    stray = f"strange/{refused.tenant_id}"
    ingest([make_envelope(topic=stray, received_at=NOON)])
    assert found(None, tenant_id=refused.tenant_id) == found(refused)
    assert get(None, "/quarantine/counts", tenant_id=refused.tenant_id)[1]["total"] == 5
    [entry] = get(None, "/quarantine", q=stray)[1]["items"]
    assert (entry["reason"], entry["tenant_id"]) == ("BAD_TOPIC", None)
    assert get(None, f"/quarantine/{entry['quarantine_id']}")[1]["topic"] == stray
    assert get(refused, f"/quarantine/{entry['quarantine_id']}")[0] == 404


def test_every_look_of_an_operator_is_noted(refused: Fleet) -> None:
    [entry, *_] = get(None, "/quarantine", tenant_id=refused.tenant_id)[1]["items"]
    get(None, f"/quarantine/{entry['quarantine_id']}")
    with operator_session(user_id="test", reason="test") as connection:
        rows = connection.execute(
            """
            SELECT action, tenant_id, subject, cross_tenant
            FROM audit_log
            WHERE action LIKE 'quarantine.%%' AND (tenant_id = %s OR subject = %s)
            ORDER BY audit_id
            """,
            (refused.tenant_id, str(entry["quarantine_id"])),
        ).fetchall()
    assert [tuple(row.values()) for row in rows] == [
        ("quarantine.list", refused.tenant_id, "", True),
        ("quarantine.read", None, str(entry["quarantine_id"]), True),
    ]


def test_the_tenants_own_people_leave_no_such_entries(refused: Fleet) -> None:
    get(refused, "/quarantine")
    assert refused.rows("SELECT action FROM audit_log WHERE action LIKE 'quarantine.%'") == []
