"""Alert rules by the API: what is entered is what is judged by, and what a rule no longer stands for closes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from pulse import clock
from pulse.alerts.sweeping.sweep import sweep
from pulse.events import outbox
from pulse.telemetry.ingest import ingest
from tests.builders import NOON, Fleet, take_all
from tests.routes import apis
from tests.unit.api.gateway import CALLER, make_context, make_event

RULES = "/customer/alert-rules"
WARM: dict[str, Any] = {"kind": "threshold", "conditions": [{"metric": "temp_c", "operator": "GT", "threshold": 8}]}
BUDGET = timedelta(seconds=30)

type Call = Callable[..., tuple[int, dict[str, Any]]]


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def call(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The API as a tenant-admin of the fleet's tenant asks it."""
    monkeypatch.setattr(outbox, "put_events", take_all)

    def ask(
        method: str, path: str, body: Any = None, *, query: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        event = make_event(
            method,
            path,
            body=body,
            query=query,
            authorizer={**CALLER, "roles": "tenant-admin", "tenant_id": fleet.tenant_id},
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        answer = apis()["customer_api"].handle(event, make_context())
        return answer["statusCode"], orjson.loads(answer["body"]) if answer["body"] else {}

    return ask


def rule_of(name: str = "Too warm", **changes: Any) -> dict[str, Any]:
    return {"name": name, "criterion": WARM, "severity": "HIGH", **changes}


def measure(fleet: Fleet, seconds: float, temperature: float, device_id: str = "freezer-1") -> None:
    ingest([fleet.message({"metrics": {"temp_c": temperature}}, at=at(seconds), device_id=device_id)])


def alerts(fleet: Fleet) -> list[tuple[str, str, str | None]]:
    rows = fleet.rows("SELECT device_id, status, closed_reason FROM alerts ORDER BY device_id, opened_at")
    return [(row["device_id"], row["status"], row["closed_reason"]) for row in rows]


def test_a_rule_that_no_value_can_meet_is_refused_when_it_is_entered(call: Call) -> None:
    conditions = [*WARM["conditions"], {"metric": "temp_c", "operator": "LT", "threshold": 5}]
    status, problem = call("POST", RULES, rule_of(criterion={**WARM, "conditions": conditions}))
    assert (status, problem["errors"]) == (
        400,
        [{"field": "criterion.conditions", "reason": "must all hold, and nothing is temp_c > 8 and temp_c < 5"}],
    )


def test_a_rule_is_what_was_entered(call: Call) -> None:
    wanted = rule_of(
        description="Dairy",
        scope={"site_ids": ["hall-a"], "tags": {"zone": "dairy"}},
        message="{{ device_id }} has {{ value }}",
    )
    status, made = call("POST", RULES, wanted)
    assert status == 201
    assert made["condition"] == "temp_c > 8"
    unnamed: dict[str, list[str]] = {"device_types": [], "device_ids": [], "group_ids": []}
    assert made["scope"] == {"site_ids": ["hall-a"], "tags": {"zone": "dairy"}, **unnamed}
    assert call("GET", f"{RULES}/{made['rule_id']}") == (200, made)
    assert call("GET", RULES)[1]["items"] == [made]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"severity": 5}, "severity"),
        ({"criterion": {"kind": "guess"}}, "criterion.kind"),
        ({"criterion": {"kind": "threshold", "conditions": []}}, "criterion.conditions"),
        ({"message": "{{ unknown }}"}, "message"),
        ({"message": "{{ device_id"}, "message"),
        ({"message": "{{ device_id }} }}"}, "message"),
        ({"scope": {"site_id": "hall-a"}}, "scope.site_id"),
        ({"conditions": []}, "conditions"),
    ],
)
def test_a_rule_that_cant_be_is_refused_by_its_field(call: Call, changes: dict[str, Any], field: str) -> None:
    status, problem = call("POST", RULES, rule_of(**changes))
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == [field]


def test_a_scope_of_what_does_not_exist_is_refused_by_name(call: Call) -> None:
    status, problem = call("POST", RULES, rule_of(scope={"site_ids": ["hall-a", "hall-z"], "device_types": ["ghost"]}))
    assert status == 400
    assert problem["errors"] == [
        {"field": "scope.site_ids", "reason": "there is no hall-z"},
        {"field": "scope.device_types", "reason": "there is no ghost"},
    ]


def test_a_name_is_given_once(call: Call) -> None:
    _, first = call("POST", RULES, rule_of("Too warm"))
    call("POST", RULES, rule_of("Too cold"))
    assert call("POST", RULES, rule_of("Too warm"))[0] == 409
    status, problem = call("PUT", f"{RULES}/{first['rule_id']}", rule_of("Too cold"))
    assert status == 409
    assert problem["errors"] == [{"field": "name", "reason": "is the name of another alert rule"}]


def test_rules_are_listed_by_name_and_filtered(call: Call) -> None:
    for name, enabled in [("b", True), ("a", False), ("c", True)]:
        call("POST", RULES, rule_of(name, enabled=enabled))
    call("POST", RULES, {"name": "d", "criterion": {"kind": "telemetry_gap"}})

    def names(**query: str) -> list[str]:
        return [item["name"] for item in call("GET", RULES, query=query)[1]["items"]]

    assert names() == ["a", "b", "c", "d"]
    assert names(enabled="false") == ["a"]
    assert names(kind="telemetry_gap") == ["d"]
    assert names(limit="2") == ["a", "b"]


@pytest.fixture
def breached(fleet: Fleet, call: Call) -> dict[str, Any]:
    """A rule that has opened an alert for each of two devices."""
    _, rule = call("POST", RULES, rule_of())
    for device_id in (fleet.add_device("freezer-1"), fleet.add_device("freezer-2", tags={"zone": "dairy"})):
        measure(fleet, 0, 9, device_id)
    assert [status for _, status, _ in alerts(fleet)] == ["OPEN", "OPEN"]
    return rule


@pytest.mark.parametrize(
    ("method", "path", "body", "reason"),
    [
        ("DELETE", "", None, "the rule was deleted"),
        ("POST", "/disable", None, "the rule was disabled"),
        ("PUT", "", rule_of(enabled=False), "the rule was disabled"),
        ("PUT", "", rule_of(criterion={"kind": "telemetry_gap"}), "the rule looks for something else now"),
    ],
)
def test_what_a_rule_no_longer_stands_for_closes_and_says_why(
    fleet: Fleet, call: Call, breached: dict[str, Any], method: str, path: str, body: Any, reason: str
) -> None:
    assert call(method, f"{RULES}/{breached['rule_id']}{path}", body)[0] < 300
    assert alerts(fleet) == [("freezer-1", "CLOSED", reason), ("freezer-2", "CLOSED", reason)]
    story = fleet.rows("SELECT detail ->> 'reason' AS reason FROM alert_timeline WHERE event = 'closed'")
    assert [entry["reason"] for entry in story] == [reason, reason]
    measure(fleet, 10, 9)
    assert [status for _, status, _ in alerts(fleet)] == ["CLOSED", "CLOSED"]


def test_a_narrower_scope_closes_the_alerts_of_devices_outside_of_it(
    fleet: Fleet, call: Call, breached: dict[str, Any]
) -> None:
    call("PUT", f"{RULES}/{breached['rule_id']}", rule_of(scope={"tags": {"zone": "dairy"}}))
    assert alerts(fleet) == [
        ("freezer-1", "CLOSED", "the rule is no longer for this device"),
        ("freezer-2", "OPEN", None),
    ]


def test_another_threshold_leaves_alerts_to_the_next_sample(fleet: Fleet, call: Call, breached: dict[str, Any]) -> None:
    criterion = {"kind": "threshold", "conditions": [{"metric": "temp_c", "operator": "GT", "threshold": 20}]}
    call("PUT", f"{RULES}/{breached['rule_id']}", rule_of(criterion=criterion))
    measure(fleet, 10, 21, "freezer-1")
    measure(fleet, 10, 19, "freezer-2")
    assert alerts(fleet) == [("freezer-1", "OPEN", None), ("freezer-2", "CLOSED", "the condition no longer holds")]


def test_a_run_that_began_by_an_old_definition_does_not_fire(fleet: Fleet, call: Call) -> None:
    fleet.add_device()
    _, rule = call("POST", RULES, rule_of(criterion={**WARM, "duration_seconds": 60}))
    measure(fleet, 0, 9)
    call("PUT", f"{RULES}/{rule['rule_id']}", rule_of(criterion={**WARM, "duration_seconds": 30}))
    sweep(at(61), budget=BUDGET)
    assert alerts(fleet) == []


def test_enabling_is_once_enough_and_counts_no_version(call: Call) -> None:
    _, rule = call("POST", RULES, rule_of())
    path = f"{RULES}/{rule['rule_id']}"
    assert call("POST", f"{path}/enable") == (200, rule)
    _, off = call("POST", f"{path}/disable")
    assert (off["enabled"], off["version"]) == (False, 2)
    assert call("POST", f"{path}/disable") == (200, off)
    assert call("POST", f"{path}/enable", if_match='"1"')[0] == 412
    assert call("POST", f"{path}/enable", if_match='"2"')[1]["enabled"] is True


def test_every_change_is_in_the_audit_log_with_the_fields_that_changed(fleet: Fleet, call: Call) -> None:
    _, rule = call("POST", RULES, rule_of())
    call("PUT", f"{RULES}/{rule['rule_id']}", rule_of(severity="LOW"))
    call("DELETE", f"{RULES}/{rule['rule_id']}")
    entries = fleet.rows("SELECT action, before, after FROM audit_log WHERE action LIKE 'alert_rule.%%' ORDER BY time")
    assert [entry["action"] for entry in entries] == ["alert_rule.create", "alert_rule.change", "alert_rule.delete"]
    assert (entries[1]["before"], entries[1]["after"]) == ({"severity": "HIGH"}, {"severity": "LOW"})


def test_templates_become_rules_once(call: Call) -> None:
    _, listed = call("GET", "/customer/alert-rule-templates")
    assert len(listed["items"]) == 12
    body = {
        "template_ids": ["temp_high", "power_loss"],
        "scope": {"site_ids": ["hall-a"]},
        "metrics": {"temperature": "temp_c"},
    }
    status, applied = call("POST", "/customer/alert-rule-templates/apply", body)
    assert status == 200
    made = {rule["name"]: rule for rule in applied["created"]}
    assert made["Temperature too high"]["condition"] == "temp_c > 85 for 1 min"
    assert made["Temperature too high"]["severity"] == "CRITICAL"
    assert made["Power lost"]["scope"]["site_ids"] == ["hall-a"]
    _, again = call("POST", "/customer/alert-rule-templates/apply", body)
    assert again == {"created": [], "skipped": ["temp_high", "power_loss"]}


def test_one_unknown_template_and_none_is_applied(call: Call) -> None:
    status, problem = call("POST", "/customer/alert-rule-templates/apply", {"template_ids": ["temp_high", "nothing"]})
    assert status == 400
    assert problem["errors"][0]["field"] == "template_ids"
    assert call("GET", RULES)[1]["items"] == []


def gap_rule(**changes: Any) -> dict[str, Any]:
    return {"name": "Quiet", "criterion": {"kind": "telemetry_gap", "metric": "temp_c", "gap_minutes": 10}, **changes}


def test_a_device_that_had_stopped_sending_before_the_rule_was_made_is_noticed(
    fleet: Fleet, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for device_id in ("freezer-1", "freezer-2", "freezer-3"):
        fleet.add_device(device_id, expected_interval_seconds=86_400)
    measure(fleet, 0, 4, "freezer-1")
    measure(fleet, 2400, 4, "freezer-2")
    monkeypatch.setattr(clock, "now", lambda: at(2700))
    call("POST", RULES, gap_rule())
    sweep(at(2701), budget=BUDGET)
    opened = "SELECT device_id, opened_at FROM alerts ORDER BY opened_at"
    assert fleet.rows(opened) == [{"device_id": "freezer-1", "opened_at": at(2700)}]
    sweep(at(3001), budget=BUDGET)
    assert fleet.rows(opened)[1:] == [{"device_id": "freezer-2", "opened_at": at(3000)}]


def test_a_gap_rule_that_is_enabled_anew_waits_from_then_on(
    fleet: Fleet, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.add_device(expected_interval_seconds=86_400)
    monkeypatch.setattr(clock, "now", lambda: at(0))
    _, rule = call("POST", RULES, gap_rule())
    measure(fleet, 0, 4)
    call("POST", f"{RULES}/{rule['rule_id']}/disable")
    sweep(at(700), budget=BUDGET)
    assert alerts(fleet) == []
    monkeypatch.setattr(clock, "now", lambda: at(900))
    call("POST", f"{RULES}/{rule['rule_id']}/enable")
    sweep(at(901), budget=BUDGET)
    assert [status for _, status, _ in alerts(fleet)] == ["OPEN"]
