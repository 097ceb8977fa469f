"""Given a fleet under maintenance, let time pass, expect exactly these alerts."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pulse import clock
from pulse.alerts.maintenance.planning import (
    change_window,
    delete_window,
    end_window,
    get_window,
    list_planned_times,
    plan_window,
)
from pulse.alerts.maintenance.window import MaintenanceWindow, Selector, WindowState
from pulse.alerts.sweeping.sweep import sweep
from pulse.devices.registration import Site, save_site
from pulse.errors import ConflictError, InvalidInputError, NotFoundError
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, NOON, Fleet
from tests.integration.alert_inbox import Inbox
from tests.windows import make_plan

BUDGET = timedelta(seconds=30)
ORIGIN = Origin(None, "test")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows are planned at eleven."""
    monkeypatch.setattr(clock, "now", lambda: at(-60))


def planner(fleet: Fleet) -> Principal:
    return Principal(str(uuid4()), ACTOR, frozenset({Role.CUSTOMER}), fleet.tenant_id)


def plan(fleet: Fleet, start: float = 0, end: float = 60, **changes: Any) -> MaintenanceWindow:
    return plan_window(planner(fleet), make_plan(starts_at=at(start), ends_at=at(end), **changes), origin=ORIGIN)


def warm(fleet: Fleet, minutes: float, temperature: float, device_id: str = "freezer-1") -> None:
    ingest([fleet.message({"metrics": {"temp_c": temperature}}, at=at(minutes), device_id=device_id)])


def sweep_at(minutes: float) -> None:
    sweep(at(minutes), budget=timedelta(days=1))  # the clock stands still


def alerts(fleet: Fleet) -> list[tuple[str, str, datetime]]:
    rows = fleet.rows(
        "SELECT device_id, status, opened_at FROM alerts WHERE type = 'THRESHOLD' ORDER BY opened_at, device_id"
    )
    return [(row["device_id"], row["status"], row["opened_at"]) for row in rows]


def test_nothing_opens_during_maintenance_and_what_is_still_true_opens_when_it_ends(fleet: Fleet) -> None:
    fleet.add_device("freezer-1")
    fleet.add_device("freezer-2")
    fleet.add_rule()
    window = plan(fleet)
    for device_id in ("freezer-1", "freezer-2"):
        warm(fleet, 10, 9, device_id)
        warm(fleet, 20, 9.5, device_id)
    warm(fleet, 59, 4, "freezer-2")
    sweep_at(59.5)
    assert alerts(fleet) == []
    sweep_at(60.5)
    assert alerts(fleet) == [("freezer-1", "OPEN", at(60))]
    [alert] = fleet.rows("SELECT trigger_count, details FROM alerts WHERE type = 'THRESHOLD'")
    assert alert["trigger_count"] == 2
    assert alert["details"]["maintenance_window"] == window.name
    assert alert["details"]["held_since"] == "2037-11-20T12:10:00.000000Z"


def test_a_silence_that_begins_in_maintenance_alerts_when_it_ends_as_urgent_as_it_is_then(fleet: Fleet) -> None:
    fleet.add_device()
    plan(fleet)
    warm(fleet, 1, 4)
    for minutes in (4, 7, 59):
        sweep_at(minutes)
    assert alerts(fleet) == []
    assert fleet.rows("SELECT status FROM device_state") == [{"status": "OFFLINE"}]
    sweep_at(60)
    assert fleet.rows("SELECT type, severity, opened_at FROM alerts") == [
        {"type": "NO_HEARTBEAT", "severity": "CRITICAL", "opened_at": at(60)}
    ]


def test_a_live_alert_goes_on_during_maintenance(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    plan(fleet)
    warm(fleet, -5, 9)
    warm(fleet, 10, 9)
    assert fleet.rows("SELECT trigger_count FROM alerts WHERE type = 'THRESHOLD'") == [{"trigger_count": 2}]
    warm(fleet, 20, 4)
    assert alerts(fleet) == [("freezer-1", "CLOSED", at(-5))]


def test_an_alert_that_is_seen_again_after_maintenance_opens_before_the_sweep(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    plan(fleet)
    warm(fleet, 59, 9)
    warm(fleet, 60.2, 9)
    assert alerts(fleet) == [("freezer-1", "OPEN", at(60.2))]
    sweep_at(61)
    assert fleet.rows("SELECT trigger_count FROM alerts WHERE type = 'THRESHOLD'") == [{"trigger_count": 1}]


@pytest.mark.parametrize(
    ("selector", "covered"),
    [
        (Selector(), {"freezer-1", "freezer-2"}),
        (Selector(site_ids=("hall-a",)), {"freezer-1", "freezer-2"}),
        (Selector(site_ids=("hall-b",)), set()),
        (Selector(device_types=("freezer",), device_ids=("freezer-2",)), {"freezer-2"}),
        (Selector(tags={"wing": "north"}), {"freezer-1"}),
        (Selector(tags={"wing": "north"}, device_ids=("freezer-2",)), set()),
    ],
)
def test_a_window_is_for_the_devices_of_its_selector(fleet: Fleet, selector: Selector, covered: set[str]) -> None:
    fleet.add_device("freezer-1")
    fleet.add_device("freezer-2")
    save_site(fleet.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    fleet.rows("""UPDATE devices SET tags = '{"wing": "north"}' WHERE device_id = 'freezer-1' RETURNING 1""")
    fleet.add_rule()
    plan(fleet, selector=selector)
    for device_id in ("freezer-1", "freezer-2"):
        warm(fleet, 10, 9, device_id)
    assert {device_id for device_id, *_ in alerts(fleet)} == {"freezer-1", "freezer-2"} - covered


def test_of_two_windows_the_one_that_ends_last_counts(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    plan(fleet, 0, 60)
    plan(fleet, 30, 90)
    warm(fleet, 10, 9)
    sweep_at(61)
    assert alerts(fleet) == []
    sweep_at(91)
    assert alerts(fleet) == [("freezer-1", "OPEN", at(90))]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("night", ["autumn", "spring"])
def test_a_nightly_window_is_on_until_six_on_the_wall_when_clocks_change(fleet: Fleet, zone: str, night: str) -> None:
    evenings = {
        ("Europe/Berlin", "autumn"): ("2037-10-23T22:00+02:00", "2037-10-25T06:00+01:00"),
        ("Europe/Berlin", "spring"): ("2038-03-26T22:00+01:00", "2038-03-28T06:00+02:00"),
        ("America/New_York", "autumn"): ("2037-10-30T22:00-04:00", "2037-11-01T06:00-05:00"),
        ("America/New_York", "spring"): ("2038-03-12T22:00-05:00", "2038-03-14T06:00-04:00"),
    }
    first, end = (datetime.fromisoformat(text) for text in evenings[zone, night])
    fleet.add_device()
    fleet.add_rule()
    window = make_plan(starts_at=first, ends_at=first + timedelta(hours=8), timezone=zone, recurrence="FREQ=DAILY")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "now", lambda: first - timedelta(hours=1))
        plan_window(planner(fleet), window, origin=ORIGIN)
    ingest([fleet.message({"metrics": {"temp_c": 9}}, at=end - timedelta(minutes=10))])
    sweep(end - timedelta(seconds=1), budget=BUDGET)
    assert fleet.rows("SELECT opened_at FROM alerts WHERE type = 'THRESHOLD'") == []
    sweep(end, budget=BUDGET)
    assert fleet.rows("SELECT opened_at FROM alerts WHERE type = 'THRESHOLD'") == [{"opened_at": end}]
    [renewed] = fleet.rows("SELECT next_ends_at FROM maintenance_windows")
    assert renewed["next_ends_at"] > end


def end(fleet: Fleet, window: MaintenanceWindow, minutes: float) -> MaintenanceWindow:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "now", lambda: at(minutes))
        return end_window(planner(fleet), window.window_id, if_match=window.version, origin=ORIGIN)


def test_a_window_that_is_ended_early_ends_as_any_other_does(fleet: Fleet) -> None:
    fleet.add_device("freezer-1")
    fleet.add_device("freezer-2")
    fleet.add_rule()
    window = plan(fleet)
    for device_id in ("freezer-1", "freezer-2"):
        warm(fleet, 10, 9, device_id)
    warm(fleet, 15, 4, "freezer-2")
    ended = end(fleet, window, 20)
    assert (ended.state, ended.expires_at, ended.next_ends_at) == (WindowState.EXPIRED, at(20), None)
    assert alerts(fleet) == []
    sweep_at(20.5)
    assert alerts(fleet) == [("freezer-1", "OPEN", at(20))]
    warm(fleet, 30, 9, "freezer-2")
    assert alerts(fleet)[1:] == [("freezer-2", "OPEN", at(30))]
    sweep_at(61)
    assert len(alerts(fleet)) == 2


def test_of_a_window_that_recurs_the_time_alone_ends_that_is_on(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    window = plan(fleet, recurrence="FREQ=DAILY")
    ended = end(fleet, window, 20)
    day = timedelta(days=1)
    assert (ended.state, ended.next_starts_at, ended.next_ends_at) == (WindowState.UPCOMING, at(0) + day, at(60) + day)
    sweep_at(20.5)
    warm(fleet, 30, 9)
    assert alerts(fleet) == [("freezer-1", "OPEN", at(30))]
    warm(fleet, 40, 4)
    warm(fleet, 24 * 60 + 30, 9)
    assert alerts(fleet) == [("freezer-1", "CLOSED", at(30))]


def test_only_what_is_on_can_be_ended(fleet: Fleet) -> None:
    window = plan(fleet)
    for minutes in (-1, 60):
        with pytest.raises(ConflictError, match="not on at this moment"):
            end(fleet, window, minutes)


def take_back(fleet: Fleet, window: MaintenanceWindow, minutes: float) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "now", lambda: at(minutes))
        delete_window(planner(fleet), window.window_id, if_match=None, origin=ORIGIN)


@pytest.mark.parametrize("recurrence", [None, "FREQ=DAILY"])
def test_taking_a_window_back_opens_what_it_holds_and_keeps_what_has_taken_place(
    fleet: Fleet, recurrence: str | None
) -> None:
    fleet.add_device()
    fleet.add_rule()
    window = plan(fleet, recurrence=recurrence)
    warm(fleet, 10, 9)
    take_back(fleet, window, 20)
    sweep_at(20.5)
    assert alerts(fleet) == [("freezer-1", "OPEN", at(20))]
    assert get_window(fleet.tenant_id, window.window_id).expires_at == at(20)
    times = list_planned_times(fleet.tenant_id, start=at(-60), end=at(60) + timedelta(days=9), limit=9)
    assert [time.occurrence for time in times] == [(at(0), at(20))]
    with pytest.raises(ConflictError, match="is over"):
        take_back(fleet, window, 21)


def test_a_window_that_has_not_begun_is_deleted(fleet: Fleet) -> None:
    window = plan(fleet)
    take_back(fleet, window, -1)
    with pytest.raises(NotFoundError):
        get_window(fleet.tenant_id, window.window_id)


def test_what_has_taken_place_of_a_window_can_not_be_changed(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    window = plan(fleet, name="Weekly", recurrence="FREQ=WEEKLY")
    monkeypatch.setattr(clock, "now", lambda: at(20))

    def change(**changes: Any) -> list[str]:
        wanted = make_plan(**{"starts_at": at(0), "ends_at": at(60), "recurrence": "FREQ=WEEKLY", **changes})
        with pytest.raises(InvalidInputError) as refusal:
            change_window(planner(fleet), window.window_id, wanted, if_match=None, origin=ORIGIN)
        return [error.field for error in refusal.value.errors]

    assert change(starts_at=at(10)) == ["starts_at"]
    assert change(selector=Selector(device_types=("freezer",))) == ["selector"]
    assert change(ends_at=at(10)) == ["ends_at"]
    assert get_window(fleet.tenant_id, window.window_id).version == window.version


def test_a_window_that_is_changed_goes_on_holding_what_it_still_covers(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    window = plan(fleet)
    warm(fleet, 10, 9)
    longer = make_plan(starts_at=at(0), ends_at=at(90))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "now", lambda: at(20))
        change_window(planner(fleet), window.window_id, longer, if_match=window.version, origin=ORIGIN)
    sweep_at(61)
    assert alerts(fleet) == []
    sweep_at(91)
    assert alerts(fleet) == [("freezer-1", "OPEN", at(90))]
    held_since = fleet.rows("SELECT details ->> 'held_since' AS since FROM alerts WHERE type = 'THRESHOLD'")
    assert held_since == [{"since": "2037-11-20T12:10:00.000000Z"}]


def test_windows_are_listed_by_what_comes_next_and_expire_by_themselves(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(fleet, 0, 60, name="now")
    plan(fleet, 120, 180, name="later")
    plan(fleet, -30, 15, name="soon over")
    weekly = plan(fleet, 30, 60, name="weekly", recurrence="FREQ=WEEKLY;COUNT=3")
    inbox = Inbox(fleet)

    def names(**query: str) -> list[str]:
        status, page = inbox.call("GET", "/customer/maintenance-windows", query=query)
        assert status == 200, page
        assert page["total"] >= len(page["items"])
        return [item["name"] for item in page["items"]]

    monkeypatch.setattr(clock, "now", lambda: at(10))
    assert names() == ["soon over", "now", "weekly", "later"]
    assert names(state="ACTIVE") == ["soon over", "now"]
    monkeypatch.setattr(clock, "now", lambda: at(70))
    sweep_at(70)
    assert names(state="UPCOMING") == ["later", "weekly"]
    assert sorted(names(state="EXPIRED")) == ["now", "soon over"]
    assert names(limit="1") == ["later"]
    assert weekly.expires_at == at(60) + timedelta(days=14)
    _, calendar = inbox.call("GET", "/customer/maintenance-windows/calendar", query={"start": at(20).isoformat()})
    shown = [(time["name"], time["starts_at"]) for time in calendar["items"]]
    assert [name for name, _ in shown] == ["now", "weekly", "later", "weekly"]
    assert shown[3][1] == "2037-11-27T12:30:00Z"


def test_paging_reaches_every_window_once(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        plan(fleet, number % 3 * 10, 60, name=f"window-{number}")
    monkeypatch.setattr(clock, "now", lambda: at(100))
    sweep_at(100)
    monkeypatch.setattr(clock, "now", lambda: at(-60))
    plan(fleet, 200, 260, name="window-5")
    inbox = Inbox(fleet)
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        _, page = inbox.call("GET", "/customer/maintenance-windows", query=query)
        seen += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"window-{number}" for number in range(6)]
    assert seen[0] == "window-5"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": at(0)}, "ends_at"),
        ({"ends_at": at(0) + timedelta(days=91)}, "ends_at"),
        ({"starts_at": at(-300), "ends_at": at(-240)}, "ends_at"),
        ({"recurrence": "FREQ=HOURLY"}, "recurrence"),
    ],
)
def test_a_plan_that_makes_no_sense_names_what_is_wrong(fleet: Fleet, changes: dict[str, Any], field: str) -> None:
    wanted = make_plan(**{"starts_at": at(0), "ends_at": at(60), **changes})
    with pytest.raises(InvalidInputError) as refusal:
        plan_window(planner(fleet), wanted, origin=ORIGIN)
    assert [error.field for error in refusal.value.errors] == [field]


def test_planning_changing_and_deleting_are_audited(fleet: Fleet) -> None:
    window = plan(fleet)
    change_window(planner(fleet), window.window_id, make_plan(name="Longer"), if_match=window.version, origin=ORIGIN)
    delete_window(planner(fleet), window.window_id, if_match=None, origin=ORIGIN)
    entries = fleet.rows(
        "SELECT action, before ->> 'name' AS before, after ->> 'name' AS after FROM audit_log WHERE subject = %s "
        "ORDER BY audit_id",
        str(window.window_id),
    )
    assert [(entry["action"].split(".")[1], entry["before"], entry["after"]) for entry in entries] == [
        ("create", None, "Defrosting"),
        ("change", "Defrosting", "Longer"),
        ("delete", "Longer", None),
    ]
