"""What people do with alerts, through the handler and its routes, on the scenario database."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from pulse import clock
from pulse.alerts.sweeping.sweep import sweep
from pulse.database import ingest_session
from pulse.events.bus import BusEvent, BusUnavailableError, Publication
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet
from tests.integration.alert_inbox import Inbox
from tests.integration.bus_listener import BusListener
from tests.unit.api.gateway import CALLER

BUDGET = timedelta(seconds=30)


@pytest.fixture
def inbox(fleet: Fleet) -> Inbox:
    fleet.add_rule()
    return Inbox(fleet)


def test_the_story_of_an_alert_names_every_step_and_person(inbox: Inbox) -> None:
    [alert_id] = inbox.opened("freezer-1")
    for step, body in [
        ("acknowledge", None),
        ("unacknowledge", None),
        ("silence", {"minutes": 15, "reason": "defrosting"}),
        ("unsilence", None),
        ("comment", {"comment": "the door was open"}),
        ("close", {"reason": "door closed"}),
    ]:
        status, answer = inbox.post(f"/{alert_id}/{step}", body)
        assert status == 200, answer
    timeline = inbox.get(f"/{alert_id}")["timeline"]
    assert [entry["event"] for entry in timeline] == [
        "opened", "acknowledged", "unacknowledged", "silenced", "unsilenced", "commented", "closed",
    ]  # fmt: skip
    assert {entry["actor"] for entry in timeline[1:]} == {CALLER["email"]}
    assert timeline[3]["detail"]["reason"] == "defrosting"
    assert timeline[5]["detail"] == {"comment": "the door was open"}
    assert timeline[6]["detail"] == {"reason": "door closed"}


def test_every_step_is_in_the_audit_log_once(inbox: Inbox) -> None:
    [alert_id] = inbox.opened("freezer-1")
    for step in ("acknowledge", "acknowledge", "silence", "silence", "close", "close"):
        assert inbox.post(f"/{alert_id}/{step}")[0] == 200
    entries = inbox.fleet.rows(
        "SELECT action, before, after FROM audit_log WHERE subject = %s ORDER BY audit_id", alert_id
    )
    assert [entry["action"] for entry in entries] == ["alert.acknowledge", "alert.silence", "alert.close"]
    assert (entries[0]["before"], entries[0]["after"]) == ({"status": "OPEN"}, {"status": "ACKNOWLEDGED"})


def test_an_alert_is_acknowledged_though_the_bus_is_away_and_told_of_later(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    [alert_id] = inbox.opened("freezer-1")

    def away(events: list[BusEvent]) -> Publication:
        return Publication([], {}, BusUnavailableError(f"the event bus did not take {len(events)} events"))

    monkeypatch.setattr("pulse.events.outbox.put_events", away)
    status, answer = inbox.post(f"/{alert_id}/acknowledge")
    assert (status, answer["status"]) == (200, "ACKNOWLEDGED")
    with ingest_session() as connection:
        left = connection.execute(
            "SELECT event_type FROM outbox WHERE tenant_id = %s", (inbox.fleet.tenant_id,)
        ).fetchall()
    assert {"event_type": "alert.acknowledged"} in left


def test_a_silence_ends_by_itself(inbox: Inbox) -> None:
    [alert_id] = inbox.opened("freezer-1")
    _, silenced = inbox.post(f"/{alert_id}/silence", {"minutes": 15})
    assert silenced["silenced_until"] is not None
    sweep(clock.now() + timedelta(minutes=14), budget=BUDGET)
    assert inbox.get(f"/{alert_id}")["silenced_at"] is not None
    sweep(clock.now() + timedelta(minutes=16), budget=BUDGET)
    assert inbox.get(f"/{alert_id}")["silenced_at"] is None
    entry = next(entry for entry in inbox.get(f"/{alert_id}")["timeline"] if entry["event"] == "unsilenced")
    assert (entry["actor"], entry["time"]) == ("system", silenced["silenced_until"])


@pytest.mark.parametrize("minutes", [0, 1441, "soon"])
def test_a_silence_lasts_from_a_minute_to_a_day(inbox: Inbox, minutes: object) -> None:
    status, problem = inbox.post(f"/{uuid4()}/silence", {"minutes": minutes})
    assert (status, problem["errors"][0]["field"]) == (422, "minutes")


def test_a_bulk_action_tells_of_each_alert(inbox: Inbox) -> None:
    first, second = inbox.opened("freezer-1", "freezer-2")
    nobodys = str(uuid4())
    inbox.post(f"/{first}/close")
    status, answer = inbox.post("/bulk", {"action": "acknowledge", "alert_ids": [second, nobodys, first]})
    assert (status, answer["changed"], answer["refused"]) == (200, 1, 2)
    assert [result["alert_id"] for result in answer["results"]] == [second, nobodys, first]
    assert [(result["refusal"] or {}).get("status") for result in answer["results"]] == [None, 404, 409]
    assert answer["results"][0]["alert"]["status"] == "ACKNOWLEDGED"


def test_a_bulk_action_again_changes_nothing(inbox: Inbox) -> None:
    alert_ids = inbox.opened("freezer-1", "freezer-2", "freezer-3")
    wanted = {"action": "close", "alert_ids": [*alert_ids, alert_ids[0]], "remark": "drill"}
    assert inbox.post("/bulk", wanted)[1]["changed"] == 3
    assert inbox.post("/bulk", wanted)[1]["changed"] == 0
    assert Counter(event for alert_id in alert_ids for event in inbox.story(alert_id)) == {"opened": 3, "closed": 3}


def test_a_bulk_action_is_for_at_most_two_hundred(inbox: Inbox) -> None:
    status, problem = inbox.post("/bulk", {"action": "close", "alert_ids": [str(uuid4()) for _ in range(201)]})
    assert (status, problem["errors"][0]["field"]) == (422, "alert_ids")


@pytest.mark.parametrize(
    ("body", "field"), [({"action": "comment"}, "remark"), ({"action": "close", "minutes": 5}, "minutes")]
)
def test_a_bulk_action_takes_what_fits_it(inbox: Inbox, body: dict[str, Any], field: str) -> None:
    status, problem = inbox.post("/bulk", {"alert_ids": [str(uuid4())], **body})
    assert (status, problem["errors"][0]["field"]) == (400, field)


def test_bulk_actions_reach_no_other_tenants_alerts(inbox: Inbox) -> None:
    [alert_id] = inbox.opened("freezer-1")
    stranger = Inbox(Fleet())
    _, answer = stranger.post("/bulk", {"action": "close", "alert_ids": [alert_id]})
    assert answer["results"][0]["refusal"]["status"] == 404
    assert inbox.get(f"/{alert_id}")["status"] == "OPEN"


def test_a_retrigger_is_told_of_once_a_minute(inbox: Inbox) -> None:
    [alert_id] = inbox.opened("freezer-1")
    for seconds in range(5, 180, 5):
        ingest([inbox.fleet.message({"metrics": {"temp_c": 9}}, at=NOON + timedelta(seconds=seconds))])
    alert = inbox.get(f"/{alert_id}")
    assert alert["trigger_count"] == 36
    assert [entry["event"] for entry in alert["timeline"]] == ["opened", "retriggered", "retriggered"]
    assert alert["timeline"][1]["detail"]["trigger_count"] == 13


def test_each_change_is_one_event_however_often_a_batch_comes(inbox: Inbox, bus: BusListener) -> None:
    fleet = inbox.fleet
    [alert_id] = inbox.opened("freezer-1")
    repeated = [fleet.message({"metrics": {"temp_c": 9}}, at=NOON + timedelta(seconds=61))]
    for _ in range(3):
        ingest(repeated)
    inbox.post("/bulk", {"action": "silence", "alert_ids": [alert_id], "minutes": 5})
    for step in ("acknowledge", "acknowledge", "unacknowledge", "unsilence", "close"):
        inbox.post(f"/{alert_id}/{step}")
    events = [event for event in bus.of_tenant(fleet.tenant_id, at_least=8) if "alert_id" in event]
    assert [event["event_type"] for event in events] == [
        "alert.opened", "alert.retriggered", "alert.silenced", "alert.acknowledged", "alert.unacknowledged",
        "alert.unsilenced", "alert.closed",
    ]  # fmt: skip
    assert len({event["event_id"] for event in events}) == len(events)
    assert [event["silenced"] for event in events] == [False, False, True, True, True, False, False]
