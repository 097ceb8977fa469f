"""The inbox and its statistics, through the handler and its routes, on the scenario database."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.alerts.severity import Severity
from tests.builders import NOON, Fleet
from tests.integration.alert_inbox import Inbox
from tests.unit.api.gateway import CALLER

MINUTE = timedelta(minutes=1)


@pytest.fixture
def inbox(fleet: Fleet) -> Inbox:
    """Four alerts: a low one that is closed, a critical one that is acknowledged, a silenced one, an open one."""
    inbox = Inbox(fleet)
    low = inbox.open("freezer-1", time=NOON, severity=Severity.LOW, type="ANOMALY", site_id="hall-b")
    critical = inbox.open("freezer-2", time=NOON + 2 * MINUTE, severity=Severity.CRITICAL, summary="Door open")
    silenced = inbox.open("freezer-3", time=NOON + 1 * MINUTE, severity=Severity.MEDIUM, type="WINDOW")
    inbox.open("freezer-4", time=NOON + 3 * MINUTE, severity=Severity.HIGH)
    inbox.post(f"/{low}/close")
    inbox.post(f"/{critical}/acknowledge")
    inbox.post(f"/{silenced}/silence")
    return inbox


@pytest.mark.parametrize(
    ("query", "devices"),
    [
        ({}, [4, 3]),
        ({"status": "ALL"}, [4, 2, 3, 1]),
        ({"status": "ACKNOWLEDGED,CLOSED"}, [2, 1]),
        ({"status": "ALL", "severity": "CRITICAL,LOW"}, [2, 1]),
        ({"status": "ALL", "type": "ANOMALY,WINDOW"}, [3, 1]),
        ({"status": "ALL", "device_id": "freezer-3"}, [3]),
        ({"status": "ALL", "site_id": "hall-b"}, [1]),
        ({"status": "ALL", "q": "DOOR"}, [2]),
        ({"status": "ALL", "q": "zer-1"}, [1]),
        ({"status": "ALL", "source": "addon,heartbeat"}, []),
        ({"status": "ALL", "source": "rule"}, [4, 2, 3, 1]),
        ({"silenced": "true"}, [3]),
        ({"silenced": "false"}, [4]),
        ({"status": "ALL", "acknowledged_by": "ada@acme.example"}, [2]),
        ({"status": "ALL", "start": "2037-11-20T12:01:00Z", "end": "2037-11-20T12:03:00Z"}, [2, 3]),
        ({"status": "ALL", "sort": "severity"}, [2, 4, 3, 1]),
        ({"status": "ALL", "sort": "severity", "order": "asc"}, [1, 3, 4, 2]),
        ({"status": "ALL", "order": "asc"}, [1, 3, 2, 4]),
    ],
)
def test_the_inbox_shows_what_is_asked_for(inbox: Inbox, query: dict[str, str], devices: list[int]) -> None:
    query = {name: CALLER["email"] if name == "acknowledged_by" else value for name, value in query.items()}
    page = inbox.get(**query)
    assert [item["device_id"] for item in page["items"]] == [f"freezer-{number}" for number in devices]
    assert page["total"] == len(devices)


def test_an_alert_names_its_device_and_who_says_that_something_is_wrong(fleet: Fleet) -> None:
    fleet.add_device("freezer-1", name="Dairy room")
    inbox = Inbox(fleet)
    alert_id = inbox.open("freezer-1", time=NOON)
    inbox.open("freezer-2", time=NOON + MINUTE)
    nameless, named = inbox.get()["items"]
    assert (named["device_name"], named["source"], named["together"]) == ("Dairy room", "rule", 1)
    assert nameless["device_name"] is None
    assert inbox.get(f"/{alert_id}")["device_name"] == "Dairy room"


def test_counts_are_of_the_whole_set_whatever_the_tab(inbox: Inbox) -> None:
    page = inbox.get(limit="1")
    assert page["counts"] == {"OPEN": 2, "ACKNOWLEDGED": 1, "CLOSED": 1}
    assert page["silenced"] == 1
    assert inbox.get(severity="HIGH")["counts"] == {"OPEN": 1, "ACKNOWLEDGED": 0, "CLOSED": 0}


@pytest.mark.parametrize("sort", ["opened_at", "last_triggered_at", "severity"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_are_the_whole_inbox_in_order(inbox: Inbox, sort: str, order: str) -> None:
    for number in range(5, 12):
        inbox.open(f"freezer-{number}", time=NOON + number % 2 * MINUTE, severity=Severity.HIGH)
    query = {"status": "ALL", "sort": sort, "order": order}
    whole = [item["alert_id"] for item in inbox.get(**query)["items"]]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = inbox.get(**query, limit="3", **cursor)
        seen += [item["alert_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == whole
    assert len(set(whole)) == 11


def test_a_cursor_of_another_order_is_refused(inbox: Inbox) -> None:
    cursor = inbox.get(limit="1", status="ALL")["next_cursor"]
    status, problem = inbox.call("GET", "/customer/alerts", query={"sort": "severity", "cursor": cursor})
    assert (status, problem["errors"][0]["field"]) == (422, "cursor")


def move_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def test_the_trend_has_every_hour(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.fleet.rows("UPDATE alerts SET closed_at = %s WHERE status = 'CLOSED' RETURNING 1", NOON + 61 * MINUTE)
    move_clock(monkeypatch, NOON + 90 * MINUTE)
    points = inbox.get("/trend", hours="3")["items"]
    assert [(point["hour"], point["opened"], point["closed"]) for point in points] == [
        ("2037-11-20T11:00:00Z", 0, 0),
        ("2037-11-20T12:00:00Z", 4, 0),
        ("2037-11-20T13:00:00Z", 0, 1),
    ]
    assert sum(point["opened"] for point in inbox.get("/trend", severity="LOW,HIGH")["items"]) == 2


def test_the_heatmap_is_by_the_viewers_clock(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    move_clock(monkeypatch, NOON + 90 * MINUTE)
    heatmap = inbox.get("/heatmap", timezone="Asia/Kolkata", days="2")
    assert heatmap["start"] == "2037-11-18T18:30:00Z"
    assert len(heatmap["items"]) == 168
    assert [cell for cell in heatmap["items"] if cell["opened"]] == [{"weekday": 5, "hour": 17, "opened": 4}]


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "../etc/passwd", "Europe"])
def test_a_zone_that_is_none_is_refused(inbox: Inbox, timezone: str) -> None:
    status, problem = inbox.call("GET", "/customer/alerts/heatmap", query={"timezone": timezone})
    assert (status, problem["errors"][0]["field"]) == (422, "timezone")


def test_the_noisiest_devices_come_first(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    again = inbox.open("freezer-1", time=NOON + 5 * MINUTE, severity=Severity.INFO)
    inbox.open("freezer-1", time=NOON + 6 * MINUTE, severity=Severity.MEDIUM)
    inbox.post(f"/{again}/comment", {"comment": "again"})
    move_clock(monkeypatch, NOON + 90 * MINUTE)
    first, *others = inbox.get("/top-devices")["items"]
    expected: dict[str, Any] = {"device_id": "freezer-1", "opened": 2, "live": 1, "triggered": 3, "worst": "MEDIUM"}
    assert expected.items() <= first.items()
    assert (first["site_id"], first["last_opened_at"]) == ("hall-a", "2037-11-20T12:05:00Z")
    assert [device["opened"] for device in others] == [1, 1, 1]
    assert len(inbox.get("/top-devices", limit="2")["items"]) == 2
    move_clock(monkeypatch, NOON + timedelta(days=8))
    assert inbox.get("/top-devices")["items"] == []
