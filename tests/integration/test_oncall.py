"""On-call schedules through the API's handlers and the deployed stack: made, asked, overridden, read as calendars."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from icalendar import Calendar

from pulse import clock
from pulse.api.resolver import Api
from pulse.database import ingest_session, tenant_session
from pulse.oncall.announcements import announce_shift_changes
from tests.builders import Fleet
from tests.integration.bus_listener import BusListener
from tests.integration.stack import Stack
from tests.integration.tenancy import Tenancy
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)  # nine in Berlin
BUDGET = timedelta(seconds=30)


class Caller:
    """A tenant-admin, or somebody with another role, of a tenant in the scenario database."""

    def __init__(self, fleet: Fleet, role: str = "tenant-admin", email: str = "anna@acme.example") -> None:
        self._api: Api = apis()["customer_api"]
        self._authorizer = {**CALLER, "roles": role, "tenant_id": fleet.tenant_id, "email": email}

    def call(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        event = make_event(method, path, body=body, query=query, authorizer=self._authorizer)
        answer = self._api.handle(event, make_context())
        text = answer["body"]
        return answer["statusCode"], json.loads(text) if text.startswith("{") else text

    def create(self, **changes: Any) -> str:
        """A schedule with one weekly layer of Anna and Bert, unless said otherwise; return its path."""
        status, schedule = self.call("POST", "/customer/oncall-schedules", definition(**changes))
        assert status == 201, schedule
        return f"/customer/oncall-schedules/{schedule['schedule_id']}"

    def get(self, path: str, **query: str) -> Any:
        status, document = self.call("GET", path, **query)
        assert status == 200, document
        return document


def layer(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Weekly",
        "priority": 1,
        "rotation": "weekly",
        "rotation_start": "2026-01-05T09:00:00",
        "responders": [person("Anna"), person("Bert")],
        **changes,
    }


def definition(**changes: Any) -> dict[str, Any]:
    return {"name": "Warehouse", "timezone": "Europe/Berlin", "layers": [layer()], **changes}


def person(name: str) -> dict[str, Any]:
    return {"name": name, "email": f"{name.lower()}@acme.example"}


def override(kind: str, name: str, starts_at: datetime, hours: int = 1) -> dict[str, Any]:
    return {
        "kind": kind,
        "responder": person(name),
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=hours)).isoformat(),
    }


def names(people: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for entry in people]


@pytest.fixture
def admin(fleet: Fleet) -> Caller:
    return Caller(fleet)


def at(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)


def test_a_schedule_is_read_as_it_was_made(admin: Caller) -> None:
    restriction = {"weekdays": ["monday", "sunday"], "start": "09:00:00", "end": "17:00:00"}
    schedule = admin.get(admin.create(layers=[layer(restrictions=[restriction])]))
    assert schedule["timezone"] == "Europe/Berlin"
    [stored] = schedule["layers"]
    assert stored["restrictions"] == [restriction]
    assert stored["rotation_start"] == "2026-01-05T09:00:00"
    assert names(stored["responders"]) == ["Anna", "Bert"]


def test_schedules_are_listed_by_name_page_by_page(admin: Caller) -> None:
    for name in ("C", "A", "B"):
        admin.create(name=name)
    first = admin.get("/customer/oncall-schedules", limit="2")
    second = admin.get("/customer/oncall-schedules", limit="2", cursor=first["next_cursor"])
    assert [entry["name"] for entry in first["items"] + second["items"]] == ["A", "B", "C"]
    assert (first["total"], second["next_cursor"]) == (3, None)
    assert admin.get("/customer/oncall-schedules", q="b")["total"] == 1


def test_a_name_that_is_taken_is_refused(admin: Caller) -> None:
    admin.create()
    assert admin.call("POST", "/customer/oncall-schedules", definition())[0] == 409


def test_a_layer_that_keeps_its_name_stays_the_same_layer(admin: Caller) -> None:
    path = admin.create()
    [before] = admin.get(path)["layers"]
    layers = [layer(priority=2, responders=[person("Cleo")]), layer(name="Night")]
    status, after = admin.call("PUT", path, definition(layers=layers))
    assert status == 200
    assert [(entry["name"], entry["priority"]) for entry in after["layers"]] == [("Night", 1), ("Weekly", 2)]
    assert after["layers"][1]["layer_id"] == before["layer_id"]


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"timezone": "Mars/Olympus"}, 422, "timezone"),
        ({"layers": [layer(restrictions=[{"weekdays": [1], "start": "09:00", "end": "10:00"}])]}, 422, "weekdays"),
        ({"layers": [layer(responders=[])]}, 422, "responders"),
        ({"layers": [layer(rotation="custom")]}, 400, "layers.0.shift_hours"),
        ({"layers": [layer(), layer()]}, 400, "layers.1.name"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_named(
    admin: Caller, changes: dict[str, Any], status: int, field: str
) -> None:
    answered, problem = admin.call("POST", "/customer/oncall-schedules", definition(**changes))
    assert answered == status
    assert [error for error in problem["errors"] if field in error["field"] and error["reason"]]


def test_current_says_who_why_until_when_and_who_is_next(admin: Caller) -> None:
    path = admin.create()
    now = admin.get(f"{path}/current", at=MONDAY.isoformat())
    assert names(now["on_call"]) == ["Anna"]
    assert now["on_call"][0]["why"]["layer_name"] == "Weekly"
    assert "turn 1 of layer Weekly" in now["on_call"][0]["why"]["explanation"]
    assert datetime.fromisoformat(now["until"]) == MONDAY + timedelta(weeks=1)
    assert names(now["next_on_call"]) == ["Bert"]


def test_an_override_shows_in_the_timeline_and_goes_with_its_deletion(
    admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MONDAY)
    path = admin.create()
    status, made = admin.call("POST", f"{path}/overrides", override("replace", "Cleo", MONDAY + timedelta(days=1)))
    assert status == 201

    def people() -> list[list[str]]:
        shown = admin.get(f"{path}/timeline", **{"from": MONDAY.isoformat(), "days": "7"})
        return [names(interval["on_call"]) for interval in shown["intervals"]]

    assert people() == [["Anna"], ["Cleo"], ["Anna"]]
    assert admin.get(f"{path}/overrides")["total"] == 1
    assert admin.call("DELETE", f"{path}/overrides/{made['override_id']}")[0] == 204
    assert people() == [["Anna"]]


def test_the_timeline_tells_what_each_layer_would_have_without_overrides(
    admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MONDAY)
    path = admin.create()
    admin.call("POST", f"{path}/overrides", override("replace", "Cleo", MONDAY + timedelta(days=1)))
    shown = admin.get(f"{path}/timeline", **{"from": MONDAY.isoformat(), "days": "14"})
    (layer,) = shown["layers"]
    assert layer["layer_name"] == "Weekly"
    assert [(turn["turn"], turn["name"]) for turn in layer["turns"]] == [(1, "Anna"), (2, "Bert")]
    assert datetime.fromisoformat(layer["turns"][0]["end"]) == MONDAY + timedelta(weeks=1)


def test_nobody_is_taken_off_who_is_never_on(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    path = admin.create()
    status, problem = admin.call("POST", f"{path}/overrides", override("remove", "Cleo", MONDAY + timedelta(days=1)))
    assert (status, problem["errors"][0]["field"]) == (400, "responder.email")
    admin.call("POST", f"{path}/overrides", override("add", "Cleo", MONDAY + timedelta(days=1)))
    for name in ("Cleo", "Anna"):
        status, _ = admin.call("POST", f"{path}/overrides", override("remove", name, MONDAY + timedelta(days=1)))
        assert status == 201


def test_overrides_are_listed_for_a_time(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MONDAY)
    path = admin.create()
    for day in (3, 1, 2):
        admin.call("POST", f"{path}/overrides", override("add", "Cleo", MONDAY + timedelta(days=day)))
    second = (MONDAY + timedelta(days=2)).isoformat()
    assert admin.get(f"{path}/overrides", start=second)["total"] == 2
    assert admin.get(f"{path}/overrides", start=second, end=(MONDAY + timedelta(days=3)).isoformat())["total"] == 1
    first = admin.get(f"{path}/overrides", limit="2")
    rest = admin.get(f"{path}/overrides", limit="2", cursor=first["next_cursor"])
    starts = [entry["starts_at"] for entry in first["items"] + rest["items"]]
    assert len(starts) == 3
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("starts", "hours", "reason"),
    [(1, 0, "must be after starts_at"), (1, 24 * 367, "must be at most 366 days"), (-9, 8, "must be in the future")],
)
def test_an_override_has_a_time_that_makes_sense(admin: Caller, starts: int, hours: int, reason: str) -> None:
    body = override("add", "Cleo", clock.now() + timedelta(hours=starts), hours)
    status, problem = admin.call("POST", f"{admin.create()}/overrides", body)
    assert status == 400
    assert problem["errors"][0]["field"] == "ends_at"
    assert problem["errors"][0]["reason"].startswith(reason)


def test_people_who_work_with_alerts_take_shifts_and_do_not_change_schedules(fleet: Fleet, admin: Caller) -> None:
    path = admin.create()
    worker = Caller(fleet, role="customer")
    body = override("replace", "Bert", clock.now())
    assert worker.call("POST", f"{path}/overrides", body)[0] == 201
    assert worker.call("PUT", path, definition())[0] == 403
    assert Caller(fleet, role="viewer").call("POST", f"{path}/overrides", body)[0] == 403


def test_gaps_and_hours_are_reported_for_eight_weeks(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MONDAY)
    weekend = {"weekdays": ["saturday", "sunday"], "start": "00:00", "end": "00:00"}
    report = admin.get(f"{admin.create(layers=[layer(restrictions=[weekend])])}/gaps")
    assert len(report["gaps"]) == 9
    assert sum(load["hours"] for load in report["people"]) == 8 * 48
    assert report["gap_hours"] == 8 * 5 * 24
    assert [load["share"] for load in report["people"]] == [0.5, 0.5]


def test_my_shifts_are_those_of_the_callers_address_in_all_schedules(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MONDAY)
    bert = Caller(fleet, email="Bert@acme.example")
    bert.create(name="Warehouse")
    bert.create(name="Office", layers=[layer(responders=[person("Bert")])])
    shifts = bert.get("/customer/oncall/my-shifts", days="14")["shifts"]
    assert [(shift["schedule_name"], shift["start"][:10]) for shift in shifts] == [
        ("Office", "2026-01-05"),
        ("Office", "2026-01-12"),
        ("Warehouse", "2026-01-12"),
    ]


def test_a_shift_change_is_announced_once(fleet: Fleet, admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    path = admin.create()
    monkeypatch.setattr("pulse.oncall.announcements.publish_due", lambda: 0)

    def announced(now: datetime) -> list[tuple[list[str], list[str]]]:
        """What the sweep has added, by names of who is on call and who was."""
        announce_shift_changes(now, budget=BUDGET)
        with ingest_session() as connection:
            rows = connection.execute(
                "DELETE FROM outbox WHERE tenant_id = %s AND event_type = 'oncall.shift_changed' RETURNING payload",
                (fleet.tenant_id,),
            ).fetchall()
        return [(names(row["payload"]["on_call"]), row["payload"]["former_emails"]) for row in rows]

    due(fleet, MONDAY)
    assert announced(MONDAY) == [(["Anna"], [])]
    assert announced(MONDAY + timedelta(days=6)) == []
    assert announced(MONDAY + timedelta(days=7)) == [(["Bert"], ["anna@acme.example"])]
    assert announced(MONDAY + timedelta(days=7)) == []
    at(monkeypatch, MONDAY + timedelta(days=8))
    admin.call("POST", f"{path}/overrides", override("add", "Cleo", clock.now()))
    assert announced(MONDAY + timedelta(days=8)) == [(["Bert", "Cleo"], ["bert@acme.example"])]
    assert announced(MONDAY + timedelta(days=8, hours=1)) == [(["Bert"], ["bert@acme.example", "cleo@acme.example"])]


def due(fleet: Fleet, instant: datetime) -> None:
    """Have the tenant's schedules looked at from that instant on: they were made in the present."""
    with tenant_session(fleet.tenant_id) as connection:
        connection.execute("UPDATE oncall_schedules SET announce_at = %s", (instant,))


def test_a_calendar_is_read_by_its_secret_until_it_is_revoked(fleet: Fleet, admin: Caller) -> None:
    path = admin.create()
    status, feed = admin.call("POST", f"{path}/calendar-feeds", {"label": "Wall", "email": "anna@acme.example"})
    assert status == 201
    [listed] = admin.get(f"{path}/calendar-feeds")["items"]
    assert "path" not in listed
    token = feed["path"].split("token=")[1]
    stored = fleet.rows("SELECT secret_hash FROM oncall_calendar_feeds")[0]["secret_hash"]
    assert token.encode() not in bytes(stored)

    def read() -> tuple[int, Any]:
        event = make_event("GET", "/calendars/oncall", query={"token": token})
        answer = apis()["customer_api"].handle(event, make_context())
        return answer["statusCode"], answer["body"]

    status, first = read()
    assert status == 200
    assert {str(event["summary"]) for event in Calendar.from_ical(first).events} == {"Anna on call: Warehouse"}
    assert read()[1] == first
    assert admin.get(f"{path}/calendar-feeds")["items"][0]["last_read_at"]
    assert admin.call("DELETE", f"{path}/calendar-feeds/{feed['feed_id']}")[0] == 204
    assert read()[0] == 404


def test_a_calendar_is_closed_to_networks_that_the_tenant_does_not_allow(
    fleet: Fleet, admin: Caller, scenario_owner_url: str
) -> None:
    feed = admin.call("POST", f"{admin.create()}/calendar-feeds", {"label": "Wall"})[1]
    event = make_event("GET", "/calendars/oncall", query={"token": feed["path"].split("token=")[1]})
    with psycopg.connect(scenario_owner_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE tenants SET ip_allowlist = '{192.0.2.0/24}' WHERE tenant_id = %s", (fleet.tenant_id,)
        )
    assert apis()["customer_api"].handle(event, make_context())["statusCode"] == 404


def test_changes_are_audited(fleet: Fleet, admin: Caller) -> None:
    path = admin.create()
    admin.call("POST", f"{path}/overrides", override("add", "Cleo", clock.now()))
    admin.call("POST", f"{path}/calendar-feeds", {"label": "Wall"})
    admin.call("DELETE", path)
    actions = [row["action"] for row in fleet.rows("SELECT action FROM audit_log WHERE action LIKE 'oncall%'")]
    assert sorted(actions) == [
        "oncall_calendar_feed.create",
        "oncall_override.create",
        "oncall_schedule.create",
        "oncall_schedule.delete",
    ]


def test_deployed_a_new_schedule_is_announced_and_read_as_a_calendar(stack: Stack, bus: BusListener) -> None:
    tenancy = Tenancy(stack)
    api = tenancy.admin.api
    schedule = api.post("/customer/oncall-schedules", json=definition()).json()
    path = f"/customer/oncall-schedules/{schedule['schedule_id']}"
    feed = api.post(f"{path}/calendar-feeds", json={"label": "Wall"}).json()
    answer = httpx.get(f"{stack.description['api_url']}{feed['path']}", timeout=90)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert Calendar.from_ical(answer.text).events
    stack.invoke("AnnounceShiftChangesFunction")
    [event] = bus.of_tenant(tenancy.tenant_id, at_least=1)
    current = api.get(f"{path}/current").json()
    assert event["event_type"] == "oncall.shift_changed"
    assert [entry["email"] for entry in event["on_call"]] == [entry["email"] for entry in current["on_call"]]
