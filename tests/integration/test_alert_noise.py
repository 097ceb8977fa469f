"""Given a noisy fleet, let time pass, expect one alert where one is enough."""

from datetime import datetime, timedelta
from typing import Any

from pulse.alerts.lifecycle import close_alerts
from pulse.alerts.sweeping.sweep import sweep
from pulse.database import ingest_session
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet
from tests.integration.alert_inbox import Inbox
from tests.integration.alert_process import make_closing
from tests.integration.bus_listener import BusListener

BUDGET = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def sweep_at(seconds: float) -> None:
    sweep(at(seconds), budget=BUDGET)


def flap(fleet: Fleet, times: int, *, start: float = 0, every: float = 240) -> float:
    """Too warm and cool again so many times; the seconds of the last cooling."""
    seconds = start
    for number in range(times):
        seconds = start + number * every
        ingest([fleet.message({"metrics": {"temp_c": 9}}, at=at(seconds))])
        seconds += every / 2
        ingest([fleet.message({"metrics": {"temp_c": 4}}, at=at(seconds))])
    return seconds


def warm_alerts(fleet: Fleet) -> list[dict[str, Any]]:
    return fleet.rows(
        """
        SELECT alert_id::text, status, flapping_since, trigger_count, closed_at, closed_reason
        FROM alerts
        WHERE type = 'THRESHOLD'
        ORDER BY opened_at
        """
    )


def heard(fleet: Fleet, seconds: float, *device_ids: str) -> None:
    ingest([fleet.message(b"", device_id=device_id, at=at(seconds), msg_type="heartbeat") for device_id in device_ids])


def silences(fleet: Fleet) -> dict[str, dict[str, Any]]:
    rows = fleet.rows(
        "SELECT device_id, alert_id, status, suppressed_by, group_id FROM alerts WHERE type = 'NO_HEARTBEAT'"
    )
    return {row["device_id"]: row for row in rows}


def below(fleet: Fleet, parent: str, *device_ids: str) -> None:
    fleet.add_device(parent)
    for device_id in device_ids:
        fleet.add_device(device_id)
        fleet.rows("UPDATE devices SET parent_device_id = %s WHERE device_id = %s RETURNING 1", parent, device_id)


def test_five_openings_an_hour_are_five_alerts_and_the_sixth_stays_open(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    flap(fleet, 9)
    alerts = warm_alerts(fleet)
    assert [alert["status"] for alert in alerts] == ["CLOSED"] * 5 + ["OPEN"]
    assert [alert["flapping_since"] is not None for alert in alerts] == [False] * 5 + [True]
    assert alerts[-1]["flapping_since"] == at(5 * 240)
    assert alerts[-1]["trigger_count"] == 4


def test_openings_that_are_an_hour_apart_do_not_flap(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    flap(fleet, 8, every=800)
    assert [alert["status"] for alert in warm_alerts(fleet)] == ["CLOSED"] * 8


def test_a_flapping_alert_closes_when_its_cause_has_been_away_for_a_quarter_of_an_hour(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    cooled = flap(fleet, 7)
    sweep_at(cooled + 899)
    assert warm_alerts(fleet)[-1]["status"] == "OPEN"
    sweep_at(cooled + 901)
    last = warm_alerts(fleet)[-1]
    assert (last["status"], last["closed_at"]) == ("CLOSED", at(cooled + 900))
    assert "come and gone" in last["closed_reason"]
    inbox = Inbox(fleet)
    assert inbox.story(last["alert_id"])[-1] == "closed"
    assert [item["alert_id"] for item in inbox.get(status="ALL", flapping="true")["items"]] == [last["alert_id"]]


def test_a_flapping_alert_whose_cause_stays_is_an_alert_like_any_other(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    cooled = flap(fleet, 6)
    ingest([fleet.message({"metrics": {"temp_c": 9}}, at=at(cooled + 60))])
    sweep_at(cooled + 60 + 899)
    assert warm_alerts(fleet)[-1]["flapping_since"] is not None
    sweep_at(cooled + 60 + 901)
    steady = warm_alerts(fleet)[-1]
    assert (steady["status"], steady["flapping_since"]) == ("OPEN", None)
    ingest([fleet.message({"metrics": {"temp_c": 4}}, at=at(cooled + 1000))])
    assert warm_alerts(fleet)[-1]["status"] == "CLOSED"


def test_a_cause_that_can_not_come_again_closes_a_flapping_alert_at_once(fleet: Fleet) -> None:
    fleet.add_device()
    fleet.add_rule()
    flap(fleet, 6)
    [alert] = fleet.rows("SELECT fingerprint FROM alerts WHERE status = 'OPEN' AND type = 'THRESHOLD'")
    with ingest_session() as connection:
        close_alerts(connection, [make_closing(fleet.tenant_id, alert["fingerprint"], final=True)])
    assert warm_alerts(fleet)[-1]["status"] == "CLOSED"


def test_children_of_a_silent_parent_are_suppressed_and_their_parent_is_not(fleet: Fleet) -> None:
    below(fleet, "gateway", "probe-1", "probe-2")
    heard(fleet, 0, "gateway", "probe-1", "probe-2")
    sweep_at(121)
    alerts = silences(fleet)
    assert alerts["gateway"]["suppressed_by"] is None
    assert {alerts[name]["suppressed_by"] for name in ("probe-1", "probe-2")} == {alerts["gateway"]["alert_id"]}
    page = Inbox(fleet).get(suppressed="true")
    assert {item["device_id"] for item in page["items"]} == {"probe-1", "probe-2"}
    assert page["suppressed"] == 2


def test_a_child_that_was_noticed_first_is_suppressed_when_its_parent_is(fleet: Fleet, bus: BusListener) -> None:
    below(fleet, "gateway", "probe-1")
    heard(fleet, 0, "probe-1")
    heard(fleet, 30, "gateway")
    sweep_at(121)
    assert silences(fleet)["probe-1"]["suppressed_by"] is None
    sweep_at(151)
    alerts = silences(fleet)
    assert alerts["probe-1"]["suppressed_by"] == alerts["gateway"]["alert_id"]
    told = [event for event in bus.of_tenant(fleet.tenant_id, at_least=7) if event["event_type"].startswith("alert.")]
    assert [(event["event_type"], event["device_id"]) for event in told] == [
        ("alert.opened", "probe-1"),
        ("alert.suppressed", "probe-1"),
        ("alert.opened", "gateway"),
    ]


def test_a_child_that_stays_silent_after_its_parent_is_back_is_told_of_after_two_minutes(fleet: Fleet) -> None:
    below(fleet, "gateway", "probe-1", "probe-2")
    heard(fleet, 0, "gateway", "probe-1", "probe-2")
    sweep_at(121)
    heard(fleet, 200, "gateway")
    heard(fleet, 250, "probe-1")
    sweep_at(319)
    assert silences(fleet)["probe-2"]["suppressed_by"] is not None
    sweep_at(321)
    alerts = silences(fleet)
    assert (alerts["probe-2"]["status"], alerts["probe-2"]["suppressed_by"]) == ("OPEN", None)
    assert alerts["probe-1"]["status"] == "CLOSED"
    assert Inbox(fleet).story(str(alerts["probe-2"]["alert_id"]))[-1] == "unsuppressed"


def test_more_than_ten_devices_of_a_site_that_fall_silent_together_are_a_group(fleet: Fleet, bus: BusListener) -> None:
    names = [fleet.add_device(f"freezer-{number}") for number in range(11)]
    heard(fleet, 0, *names[:6])
    heard(fleet, 30, *names[6:])
    sweep_at(151)
    [group_id] = {alert["group_id"] for alert in silences(fleet).values()}
    assert group_id is not None
    late = fleet.add_device("freezer-late")
    heard(fleet, 80, late)
    sweep_at(201)
    assert silences(fleet)[late]["group_id"] == group_id
    assert len(Inbox(fleet).get(group_id=str(group_id))["items"]) == 12
    heard(fleet, 210, *names, late)
    sweep_at(300)
    told = [event for event in bus.of_tenant(fleet.tenant_id, at_least=62) if "alert_group" in event["event_type"]]
    assert [(event["event_type"], event["alert_count"]) for event in told] == [
        ("alert_group.opened", 11),
        ("alert_group.closed", 12),
    ]


def test_the_first_of_a_group_stands_for_those_that_fit_when_the_inbox_is_grouped(fleet: Fleet) -> None:
    names = [fleet.add_device(f"freezer-{number:02}") for number in range(12)]
    heard(fleet, 0, *names)
    sweep_at(121)
    inbox = Inbox(fleet)
    alone = inbox.open("pump-1", time=at(10))
    first, second = inbox.get(grouped="true", order="asc", limit="1"), inbox.get(grouped="true")
    assert first["items"][0]["alert_id"] == alone
    assert first["next_cursor"] is not None
    assert (second["total"], second["counts"]["OPEN"]) == (2, 13)
    assert [item["together"] for item in second["items"]] == [12, 1]
    [stands] = [item for item in second["items"] if item["group_id"]]
    inbox.post(f"/{stands['alert_id']}/acknowledge")
    of_open = inbox.get(grouped="true", sort="severity")
    assert sorted(item["together"] for item in of_open["items"]) == [1, 11]
    assert [item["together"] for item in inbox.get(grouped="true", status="ACKNOWLEDGED")["items"]] == [1]


def test_ten_silent_devices_or_eleven_over_two_minutes_are_no_group(fleet: Fleet) -> None:
    names = [fleet.add_device(f"freezer-{number}") for number in range(11)]
    heard(fleet, 0, *names[:10])
    heard(fleet, 61, names[10])
    sweep_at(182)
    assert {alert["group_id"] for alert in silences(fleet).values()} == {None}


def test_what_a_parent_suppresses_makes_no_group(fleet: Fleet) -> None:
    probes = [f"probe-{number}" for number in range(12)]
    below(fleet, "gateway", *probes)
    heard(fleet, 0, "gateway", *probes)
    sweep_at(121)
    assert {alert["group_id"] for alert in silences(fleet).values()} == {None}
