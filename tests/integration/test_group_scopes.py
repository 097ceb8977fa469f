"""Rules and maintenance for groups of devices: who is in a group is asked when it matters, not when it was written."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from pulse import clock
from pulse.alerts.evaluation import leaving
from pulse.alerts.evaluation.evaluator import Sample
from pulse.alerts.evaluation.stream import evaluate_locked
from pulse.alerts.sweeping.sweep import sweep
from pulse.database import ingest_session
from pulse.devices.device_filter import DeviceFilter
from pulse.devices.editing import change_device, put_tag, remove_tag
from pulse.devices.evaluation_marks import lock_marks
from pulse.devices.groups import add_member, change_group, create_group, delete_group, remove_member
from pulse.devices.registration import Site, save_site
from pulse.devices.registry import load_devices
from pulse.events import outbox
from pulse.telemetry.ingest import ingest
from tests.builders import ACTOR, NOON, ORIGIN, Fleet, take_all
from tests.integration.alert_process import somebody_waits
from tests.integration.ingest_process import processes
from tests.integration.test_alert_rules import Call, call

__all__ = ["call"]
LEFT = "the rule is no longer for this device"
WARM = {"kind": "threshold", "conditions": [{"metric": "temp_c", "operator": "GT", "threshold": 8}]}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def warm(fleet: Fleet, seconds: float, *device_ids: str) -> None:
    ingest([fleet.message({"metrics": {"temp_c": 9}}, at=at(seconds), device_id=name) for name in device_ids])


def group_of(fleet: Fleet, *device_ids: str) -> UUID:
    group = create_group(fleet.person(), name="Cold", description="", wanted=None, origin=ORIGIN)
    for device_id in device_ids:
        add_member(fleet.person(), group.group_id, device_id, origin=ORIGIN)
    return group.group_id


def tagged_group(fleet: Fleet, tag: str) -> UUID:
    wanted = DeviceFilter(tags={tag: None})
    return create_group(fleet.person(), name=tag, description="", wanted=wanted, origin=ORIGIN).group_id


def outcomes(fleet: Fleet) -> dict[str, tuple[str, str | None]]:
    rows = fleet.rows("SELECT device_id, status, closed_reason FROM alerts WHERE rule_id IS NOT NULL")
    return {row["device_id"]: (row["status"], row["closed_reason"]) for row in rows}


@pytest.fixture
def two(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """A fleet of two devices, one of which is critical; nothing is published."""
    monkeypatch.setattr(outbox, "put_events", take_all)
    fleet.add_device("freezer-1", tags={"critical": ""})
    fleet.add_device("freezer-2")
    return fleet


def test_a_rule_for_a_static_group_judges_its_members_alone(two: Fleet) -> None:
    group_id = group_of(two, "freezer-1")
    two.add_rule(scope={"group_ids": [group_id]})
    warm(two, 0, "freezer-1", "freezer-2")
    assert outcomes(two) == {"freezer-1": ("OPEN", None)}
    add_member(two.person(), group_id, "freezer-2", origin=ORIGIN)
    warm(two, 10, "freezer-2")
    assert outcomes(two).keys() == {"freezer-1", "freezer-2"}


def test_a_device_that_comes_into_a_rules_scope_is_judged_by_its_very_next_sample(two: Fleet) -> None:
    two.add_rule(scope={"tags": {"critical": ""}})
    warm(two, 0, "freezer-2")
    assert outcomes(two) == {}
    # Ingest remembers the device from here on, without the tag.
    put_tag(two.person(), "freezer-2", "critical", "", origin=ORIGIN)
    warm(two, 5, "freezer-2")
    assert outcomes(two) == {"freezer-2": ("OPEN", None)}


def test_the_sweep_closes_what_left_its_group_page_by_page(two: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "_PAGE", 1)
    two.add_device("freezer-3")
    group_id = group_of(two, "freezer-1", "freezer-2", "freezer-3")
    two.add_rule(scope={"group_ids": [group_id]})
    warm(two, 0, "freezer-1", "freezer-2", "freezer-3")
    two.rows("DELETE FROM device_group_members WHERE device_id <> 'freezer-2' RETURNING device_id")
    assert leaving.close_left_groups(at(20), give_up_at=clock.now() + timedelta(minutes=1)) >= 2
    assert outcomes(two) == {
        "freezer-1": ("CLOSED", LEFT),
        "freezer-2": ("OPEN", None),
        "freezer-3": ("CLOSED", LEFT),
    }


def test_a_rule_for_a_dynamic_group_follows_its_filter(two: Fleet) -> None:
    two.add_rule(scope={"group_ids": [tagged_group(two, "critical"), group_of(two)]})
    warm(two, 0, "freezer-1", "freezer-2")
    assert outcomes(two).keys() == {"freezer-1"}


def test_leaving_a_group_closes_what_its_rules_have_opened_and_says_so(two: Fleet) -> None:
    static = group_of(two, "freezer-2")
    two.add_rule("Static", scope={"group_ids": [static]})
    two.add_rule("Dynamic", scope={"group_ids": [tagged_group(two, "critical")]})
    warm(two, 0, "freezer-1", "freezer-2")
    remove_member(two.person(), static, "freezer-2", origin=ORIGIN)
    remove_tag(two.person(), "freezer-1", "critical", origin=ORIGIN)
    assert outcomes(two) == {"freezer-1": ("CLOSED", LEFT), "freezer-2": ("CLOSED", LEFT)}


@pytest.mark.parametrize("change", ["filter", "deleted"])
def test_the_sweep_closes_what_a_change_of_the_group_itself_left_outside(two: Fleet, change: str) -> None:
    group_id = tagged_group(two, "critical")
    two.add_rule(scope={"group_ids": [group_id]})
    two.add_rule("Everywhere")
    warm(two, 0, "freezer-1")
    if change == "filter":
        other = {"filter": DeviceFilter(tags={"spare": None})}
        change_group(two.person(), group_id, other, if_match=None, origin=ORIGIN)
    else:
        delete_group(two.person(), group_id, if_match=None, origin=ORIGIN)
    sweep(at(20), budget=timedelta(seconds=30))
    rows = two.rows("SELECT status FROM alerts WHERE closed_reason = %s OR status = 'OPEN' ORDER BY status", LEFT)
    assert [row["status"] for row in rows] == ["CLOSED", "OPEN"]
    warm(two, 30, "freezer-1")
    assert len(two.rows("SELECT FROM alerts")) == 2


def test_a_duration_that_ends_outside_the_group_does_not_fire(two: Fleet) -> None:
    group_id = group_of(two, "freezer-1")
    two.add_rule(scope={"group_ids": [group_id]}, duration_seconds=60)
    warm(two, 0, "freezer-1")
    remove_member(two.person(), group_id, "freezer-1", origin=ORIGIN)
    sweep(at(61), budget=timedelta(seconds=30))
    assert outcomes(two) == {}


def test_narrowing_a_rule_to_a_group_closes_what_is_outside(two: Fleet, call: Call) -> None:
    rule_id = two.add_rule()
    warm(two, 0, "freezer-1", "freezer-2")
    body = {"name": "Too warm", "criterion": WARM, "scope": {"group_ids": [str(group_of(two, "freezer-1"))]}}
    assert call("PUT", f"/customer/alert-rules/{rule_id}", body)[0] == 200
    assert outcomes(two) == {"freezer-1": ("OPEN", None), "freezer-2": ("CLOSED", LEFT)}


def test_a_device_that_moves_out_of_a_rules_site_is_no_longer_alerted_of(two: Fleet) -> None:
    save_site(two.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    two.add_rule(scope={"site_ids": ["hall-a"]})
    warm(two, 0, "freezer-1", "freezer-2")
    change_device(two.person(), "freezer-1", {"site_id": "hall-b"}, if_match=None, origin=ORIGIN)
    assert outcomes(two) == {"freezer-1": ("CLOSED", LEFT), "freezer-2": ("OPEN", None)}


@pytest.mark.parametrize(
    ("scope", "change"),
    [({"site_ids": ["hall-a"]}, {"site_id": "hall-b"}), ({"tags": {"critical": ""}}, {"tags": {}})],
    ids=["site", "tag"],
)
def test_what_ingest_remembers_of_a_device_opens_nothing_that_its_scope_has_left(
    two: Fleet, scope: dict[str, Any], change: dict[str, Any]
) -> None:
    save_site(two.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    two.add_rule(scope=scope)
    two.add_rule("Everywhere")
    ingest([two.message({"metrics": {"temp_c": 4}}, at=at(0))])
    change_device(two.person(), "freezer-1", change, if_match=None, origin=ORIGIN)
    warm(two, 1, "freezer-1")
    [alert] = two.rows("SELECT name, site_id FROM alerts JOIN alert_rules USING (tenant_id, rule_id)")
    assert alert == {"name": "Everywhere", "site_id": change.get("site_id", "hall-a")}


def test_a_device_that_moves_while_a_rule_fires_on_it_leaves_no_alert_behind(
    two: Fleet, scenario_database: str
) -> None:
    save_site(two.tenant_id, Site(site_id="hall-b", name="Hall B"), actor=ACTOR)
    two.add_rule(scope={"site_ids": ["hall-a"]})
    key = (two.tenant_id, "freezer-1")
    with processes(1, scenario_database) as pool:
        with ingest_session() as connection:
            marks = lock_marks(connection, [key])
            move = pool.submit(
                change_device, two.person(), "freezer-1", {"site_id": "hall-b"}, if_match=None, origin=ORIGIN
            )
            while not move.done() and not somebody_waits(connection):
                pass
            devices = load_devices(connection, [key])
            evaluate_locked(connection, marks, {key: [Sample(at(0), {"temp_c": 9})]}, [], devices)
        move.result()
    assert outcomes(two) == {"freezer-1": ("CLOSED", LEFT)}


def test_a_backtest_tries_the_devices_of_the_group(two: Fleet, call: Call) -> None:
    warm(two, 0, "freezer-1", "freezer-2")
    rule = {"name": "Trial", "criterion": WARM, "scope": {"group_ids": [str(tagged_group(two, "critical"))]}}
    span = {"start": at(-60).isoformat(), "end": at(60).isoformat()}
    status, answer = call("POST", "/customer/alert-rules/backtest", {"rule": rule, **span})
    assert (status, answer["devices_evaluated"]) == (200, 1)
    assert [device["device_id"] for device in answer["devices"]] == ["freezer-1"]


def test_a_gap_rule_for_a_group_waits_for_its_members(two: Fleet) -> None:
    warm(two, 0, "freezer-1", "freezer-2")
    gap = {"kind": "telemetry_gap", "metric": "temp_c", "gap_minutes": 10}
    two.add_rule(criterion=gap, scope={"group_ids": [group_of(two, "freezer-2")]})
    assert two.rows("SELECT device_id FROM rule_state") == [{"device_id": "freezer-2"}]


def test_maintenance_of_a_group_holds_what_is_seen_of_its_members(
    two: Fleet, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(-600))
    two.add_rule()
    window = {
        "name": "Defrosting",
        "starts_at": at(-60).isoformat(),
        "ends_at": at(600).isoformat(),
        "selector": {"group_ids": [str(group_of(two, "freezer-1"))]},
    }
    assert call("POST", "/customer/maintenance-windows", window)[0] == 201
    warm(two, 0, "freezer-1", "freezer-2")
    assert outcomes(two).keys() == {"freezer-2"}
    sweep(at(601), budget=timedelta(days=1))
    assert outcomes(two).keys() == {"freezer-1", "freezer-2"}


def refused(answer: tuple[int, dict[str, Any]]) -> list[str]:
    status, problem = answer
    assert status == 400, problem
    return [error["field"] for error in problem["errors"]]


def test_a_scope_that_names_what_the_tenant_does_not_have_is_refused_by_its_fields(two: Fleet, call: Call) -> None:
    strangers = Fleet()
    strangers.add_device("freezer-9")
    foreign = str(group_of(strangers, "freezer-9"))
    scope = {"site_ids": ["attic"], "device_types": ["pump"], "device_ids": ["freezer-9"], "group_ids": [foreign]}
    fields = [f"scope.{part}" for part in scope]
    assert refused(call("POST", "/customer/alert-rules", {"name": "N", "criterion": WARM, "scope": scope})) == fields
    templates = {"template_ids": ["temp_high"], "scope": scope}
    assert refused(call("POST", "/customer/alert-rule-templates/apply", templates)) == fields
    assert two.rows("SELECT FROM alert_rules") == []


def test_a_window_for_what_the_tenant_does_not_have_is_refused_by_its_fields(
    two: Fleet, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    window: dict[str, Any] = {"name": "W", "starts_at": at(60).isoformat(), "ends_at": at(600).isoformat()}
    selector = {"site_ids": ["attic"], "group_ids": [str(uuid4())]}
    fields = [f"selector.{part}" for part in selector]
    assert refused(call("POST", "/customer/maintenance-windows", {**window, "selector": selector})) == fields
    status, made = call("POST", "/customer/maintenance-windows", window)
    assert status == 201
    path = f"/customer/maintenance-windows/{made['window_id']}"
    assert refused(call("PUT", path, {**window, "selector": selector})) == fields
    assert two.rows("SELECT selector -> 'site_ids' AS site_ids FROM maintenance_windows") == [{"site_ids": []}]


def test_a_template_metric_that_no_applied_template_has_is_refused(two: Fleet, call: Call) -> None:
    body = {"template_ids": ["temp_high"], "metrics": {"temperature": "temp_c", "humidity": "rh"}}
    assert refused(call("POST", "/customer/alert-rule-templates/apply", body)) == ["metrics"]
    assert two.rows("SELECT FROM alert_rules") == []
