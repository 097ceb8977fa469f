"""What people are reached by exists when it is named, is the tenant's own, and stays as long as it is named."""

from typing import Any
from uuid import uuid4

import pytest

from tests.builders import NOON, Fleet
from tests.integration.test_escalation import definition as policy_definition
from tests.integration.test_oncall import Caller, layer, override, person
from tests.integration.test_oncall import definition as schedule_definition

CHANNELS = "/customer/notification-channels"
POLICIES = "/customer/escalation-policies"
RULES = "/customer/alert-rules"
SCHEDULES = "/customer/oncall-schedules"
ROUTING = "/customer/notification-routing-rules"
LATER = NOON.replace(year=2090)


@pytest.fixture
def admin(fleet: Fleet) -> Caller:
    return Caller(fleet)


def make_channel(admin: Caller) -> str:
    body = {"name": f"NOC {uuid4()}", "kind": "pagerduty", "config": {"integration_key": "4f" * 16}}
    status, channel = admin.call("POST", CHANNELS, body)
    assert status == 201, channel
    return str(channel["channel_id"])


def policy_telling(channel_id: str) -> dict[str, Any]:
    level = {"delay_minutes": 5, "targets": [{"kind": "channel", "channel_id": channel_id}]}
    return policy_definition(name=f"Policy {uuid4()}", levels=[level])


def schedule_reaching(channel_id: str) -> dict[str, Any]:
    people = [person("Anna"), {**person("Bert"), "channel_id": channel_id}]
    return schedule_definition(name=f"Schedule {uuid4()}", layers=[layer(responders=people)])


def override_reaching(channel_id: str) -> dict[str, Any]:
    wanted = override("replace", "Carl", LATER)
    return {**wanted, "responder": {**wanted["responder"], "channel_id": channel_id}}


def rule(**changes: Any) -> dict[str, Any]:
    return {"name": f"Rule {uuid4()}", "criterion": {"kind": "telemetry_gap", "gap_minutes": 15}, **changes}


@pytest.fixture(params=["another tenant's", "nobody's"])
def strange(request: pytest.FixtureRequest) -> str:
    """A channel that the tenant does not have."""
    return make_channel(Caller(Fleet())) if request.param == "another tenant's" else str(uuid4())


def refusal(admin: Caller, method: str, path: str, body: dict[str, Any]) -> list[tuple[str, str]]:
    status, problem = admin.call(method, path, body)
    assert status == 400, problem
    return [(error["field"], error["reason"]) for error in problem["errors"]]


def test_a_policy_turns_to_channels_of_the_tenant_alone(admin: Caller, strange: str) -> None:
    expected = [("levels.0.targets.0.channel_id", f"there is no notification channel {strange}")]
    assert refusal(admin, "POST", POLICIES, policy_telling(strange)) == expected
    status, policy = admin.call("POST", POLICIES, policy_telling(make_channel(admin)))
    assert status == 201
    assert refusal(admin, "PUT", f"{POLICIES}/{policy['policy_id']}", policy_telling(strange)) == expected


def test_responders_are_reached_by_channels_of_the_tenant_alone(admin: Caller, strange: str) -> None:
    expected = [("layers.0.responders.1.channel_id", f"there is no notification channel {strange}")]
    assert refusal(admin, "POST", SCHEDULES, schedule_reaching(strange)) == expected
    assert refusal(admin, "PUT", admin.create(), schedule_reaching(strange)) == expected


def test_whoever_stands_in_is_reached_by_a_channel_of_the_tenant_alone(admin: Caller, strange: str) -> None:
    expected = [("responder.channel_id", f"there is no notification channel {strange}")]
    path = f"{admin.create()}/overrides"
    assert refusal(admin, "POST", path, override_reaching(strange)) == expected
    status, made = admin.call("POST", path, override_reaching(make_channel(admin)))
    assert status == 201
    assert refusal(admin, "PUT", f"{path}/{made['override_id']}", override_reaching(strange)) == expected


def test_a_routing_rule_leads_to_a_channel_of_the_tenant_alone(admin: Caller, strange: str) -> None:
    body = {"name": "All", "channel_id": strange}
    assert refusal(admin, "POST", ROUTING, body) == [("channel_id", f"there is no notification channel {strange}")]


@pytest.mark.parametrize("strange_policy", ["another tenant's", "nobody's"])
def test_an_alert_rule_escalates_by_a_policy_of_the_tenant_alone(admin: Caller, strange_policy: str) -> None:
    policy_id = str(uuid4())
    if strange_policy == "another tenant's":
        policy_id = Caller(Fleet()).call("POST", POLICIES, policy_definition())[1]["policy_id"]
    expected = [("escalation_policy_id", f"there is no escalation policy {policy_id}")]
    assert refusal(admin, "POST", RULES, rule(escalation_policy_id=policy_id)) == expected
    _, made = admin.call("POST", RULES, rule())
    assert refusal(admin, "PUT", f"{RULES}/{made['rule_id']}", rule(escalation_policy_id=policy_id)) == expected


def test_a_channel_that_people_rely_on_stays_and_says_who_they_are(admin: Caller) -> None:
    channel_id = make_channel(admin)
    _, policy = admin.call("POST", POLICIES, policy_telling(channel_id))
    _, schedule = admin.call("POST", SCHEDULES, schedule_reaching(channel_id))
    status, problem = admin.call("DELETE", f"{CHANNELS}/{channel_id}")
    assert status == 409
    assert [(error["field"], error["reason"]) for error in problem["errors"]] == [
        ("channel_id", f"is named by the escalation policy {policy['name']}"),
        ("channel_id", f"is named by the on-call schedule {schedule['name']}"),
    ]
    assert admin.call("DELETE", f"{POLICIES}/{policy['policy_id']}")[0] == 204
    assert admin.call("DELETE", f"{SCHEDULES}/{schedule['schedule_id']}")[0] == 204
    assert admin.call("DELETE", f"{CHANNELS}/{channel_id}")[0] == 204


def test_a_channel_of_somebody_who_will_stand_in_stays(admin: Caller) -> None:
    channel_id, path = make_channel(admin), f"{admin.create()}/overrides"
    _, made = admin.call("POST", path, override_reaching(channel_id))
    assert admin.call("DELETE", f"{CHANNELS}/{channel_id}")[0] == 409
    admin.call("DELETE", f"{path}/{made['override_id']}")
    assert admin.call("DELETE", f"{CHANNELS}/{channel_id}")[0] == 204


def test_a_schedule_that_a_policy_turns_to_stays_and_says_which(admin: Caller) -> None:
    path = admin.create()
    target = {"kind": "schedule", "schedule_id": path.rsplit("/", 1)[1]}
    _, policy = admin.call("POST", POLICIES, policy_definition(levels=[{"targets": [target]}]))
    status, problem = admin.call("DELETE", path)
    assert status == 409
    assert problem["errors"] == [
        {"field": "schedule_id", "reason": f"is named by the escalation policy {policy['name']}"}
    ]
    assert admin.call("DELETE", f"{POLICIES}/{policy['policy_id']}")[0] == 204
    assert admin.call("DELETE", path)[0] == 204


def test_a_policy_that_a_rule_escalates_by_stays_and_says_which(admin: Caller) -> None:
    _, policy = admin.call("POST", POLICIES, policy_definition())
    status, made = admin.call("POST", RULES, rule(escalation_policy_id=policy["policy_id"]))
    assert (status, made["escalation_policy_id"]) == (201, policy["policy_id"])
    status, problem = admin.call("DELETE", f"{POLICIES}/{policy['policy_id']}")
    assert status == 409
    assert [error["reason"] for error in problem["errors"]] == [f"is named by the alert rule {made['name']}"]
    changed = admin.call("PUT", f"{RULES}/{made['rule_id']}", rule())[1]
    assert changed["escalation_policy_id"] is None
    assert admin.call("DELETE", f"{POLICIES}/{policy['policy_id']}")[0] == 204
