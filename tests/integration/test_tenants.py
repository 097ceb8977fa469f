"""Tenants as operators make, change and end them, on the deployed stack."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest

from pulse import clock
from pulse.devices.known_devices import BELIEVED_FOR, REFUSAL_BELIEVED_FOR
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.telemetry.ingest import ingest
from pulse.tenants.administration import resume_tenant, suspend_tenant
from tests.builders import NOON, Fleet
from tests.integration.stack import Stack
from tests.integration.tenancy import Tenancy, operator_api, wait_for_mail


@pytest.fixture(scope="module")
def tenancy(stack: Stack) -> Tenancy:
    return Tenancy(stack)


def new_tenant(**changes: Any) -> dict[str, Any]:
    tenant_id = f"tenant-{uuid4().hex[:12]}"
    return {"tenant_id": tenant_id, "name": "New", "admin": {"email": f"admin@{tenant_id}.example"}, **changes}


def test_a_tenant_comes_with_policy_limits_and_administrator(stack: Stack) -> None:
    operator = operator_api(stack, "operator-admin")
    wanted = new_tenant(timezone="Europe/Amsterdam", limits={"api_user": "50:60,500:3600"}, ip_allowlist=["10.0.0.0/8"])
    answer = operator.post("/operator/tenants", json=wanted)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    tenant = answer.json()
    assert (tenant["status"], tenant["timezone"], tenant["ip_allowlist"]) == (
        "ACTIVE",
        "Europe/Amsterdam",
        ["10.0.0.0/8"],
    )
    assert tenant["limits"] == {"api_user": "50:60,500:3600"}
    assert operator.get(f"/operator/tenants/{tenant['tenant_id']}").json() == tenant

    policy = boto3.client("iot").get_policy(policyName=f"pulse-{tenant['tenant_id']}")
    assert f"devices/{tenant['tenant_id']}/" in json.dumps(json.loads(policy["policyDocument"]))
    assert "temporary password" in wait_for_mail(stack, wanted["admin"]["email"])["BodyText"]
    [admin] = operator.get("/operator/users", params={"tenant_id": tenant["tenant_id"]}).json()["items"]
    assert (admin["email"], admin["role"], admin["status"]) == (wanted["admin"]["email"], "tenant-admin", "INVITED")


def test_an_id_is_taken_once_and_a_refused_tenant_leaves_nothing(tenancy: Tenancy, stack: Stack) -> None:
    operator = tenancy.operator
    again = new_tenant(tenant_id=tenancy.tenant_id)
    assert operator.post("/operator/tenants", json=again).status_code == 409
    taken = new_tenant(admin={"email": tenancy.admin.email})
    assert operator.post("/operator/tenants", json=taken).status_code == 409
    assert operator.get(f"/operator/tenants/{taken['tenant_id']}").status_code == 404
    # The address of the first attempt was not taken by it.
    pool = boto3.client("cognito-idp")
    with pytest.raises(pool.exceptions.UserNotFoundException):
        pool.admin_get_user(UserPoolId=stack.description["user_pool_id"], Username=again["admin"]["email"])


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"tenant_id": "Has Capitals"}, 422, "tenant_id"),
        ({"tenant_id": "-x"}, 422, "tenant_id"),
        ({"tenant_id": "x" * 65}, 422, "tenant_id"),
        ({"timezone": "Mars/Olympus"}, 422, "timezone"),
        ({"ip_allowlist": ["10.0.0.0/33"]}, 422, "ip_allowlist.0"),
        ({"ip_allowlist": ["10.0.0.0/8", True]}, 422, "ip_allowlist.1"),
        ({"ip_allowlist": [167772160]}, 422, "ip_allowlist.0"),
        ({"limits": {"api_user": "many"}}, 422, "limits.api_user"),
        ({"limits": {"unheard_of": "1:1"}}, 422, "limits.unheard_of"),
        ({"admin": {"email": "nobody"}}, 422, "admin.email"),
        ({"plan": "gold"}, 422, "plan"),
    ],
)
def test_a_tenant_that_makes_no_sense_is_refused(
    changes: dict[str, Any], status: int, field: str, stack: Stack
) -> None:
    answer = operator_api(stack, "operator-admin").post("/operator/tenants", json=new_tenant(**changes))
    assert answer.status_code == status, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_change_leaves_what_is_not_named_and_needs_the_version_of_now(tenancy: Tenancy) -> None:
    path, operator = f"/operator/tenants/{tenancy.tenant_id}", tenancy.operator
    before = operator.get(path)
    changed = operator.patch(
        path, json={"name": "Renamed", "limits": {"api_user": "70:60"}}, headers={"If-Match": before.headers["ETag"]}
    )
    assert changed.status_code == 200
    expected = {**before.json(), "name": "Renamed", "limits": {"api_user": "70:60"}}
    assert {**changed.json(), "version": before.json()["version"]} == expected
    outdated = operator.patch(path, json={"name": "Other"}, headers={"If-Match": before.headers["ETag"]})
    assert outdated.status_code == 412
    cleared = operator.patch(path, json={"limits": {"api_user": None}, "ip_allowlist": []})
    assert (cleared.json()["limits"], cleared.json()["ip_allowlist"]) == ({}, [])
    entry = operator.get(
        "/operator/audit-log", params={"subject": tenancy.tenant_id, "action": "tenant.change"}
    ).json()["items"][-1]
    assert (entry["before"]["name"], entry["after"]["name"]) == (before.json()["name"], "Renamed")
    assert (entry["cross_tenant"], entry["tenant_id"]) == (True, tenancy.tenant_id)


def test_a_suspended_tenant_can_be_resumed_and_a_deleted_one_not(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    path, operator = f"/operator/tenants/{tenancy.tenant_id}", tenancy.operator
    assert operator.post(f"{path}/resume").status_code == 409
    suspended = operator.post(f"{path}/suspend", json={"reason": "unpaid"}).json()
    assert (suspended["status"], suspended["suspended_reason"]) == ("SUSPENDED", "unpaid")
    assert suspended["suspended_at"]
    assert operator.post(f"{path}/suspend", json={"reason": "unpaid"}).status_code == 409
    refused = tenancy.admin.sign_in().api.get("/customer/me")
    assert (refused.status_code, "suspended" in refused.json()["detail"]) == (403, True)
    resumed = operator.post(f"{path}/resume").json()
    assert (resumed["status"], resumed["suspended_at"], resumed["suspended_reason"]) == ("ACTIVE", None, "")
    assert tenancy.admin.sign_in().api.get("/customer/me").status_code == 200

    assert operator.delete(path).status_code == 204
    assert operator.get(path).json()["status"] == "DELETED"
    assert operator.delete(path).status_code == 404
    assert operator.post(f"{path}/resume").status_code == 404
    assert operator.patch(path, json={"name": "x"}).status_code == 404
    assert operator.post("/operator/tenants", json=new_tenant(tenant_id=tenancy.tenant_id)).status_code == 409
    assert tenancy.admin.sign_in().api.get("/customer/me").status_code == 403
    listed = operator.get("/operator/tenants", params={"q": tenancy.tenant_id})
    assert listed.json()["total"] == 0
    deleted = operator.get("/operator/tenants", params={"q": tenancy.tenant_id, "status": "DELETED"})
    assert deleted.json()["total"] == 1


def test_devices_of_a_suspended_tenant_are_refused_within_half_a_minute_and_heard_again(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.add_device()
    operator = Principal(str(uuid4()), "operator", frozenset({Role.OPERATOR_ADMIN}), None)
    origin, now = Origin(None, "request-1"), NOON

    def send() -> int:
        return ingest([fleet.message({"metrics": {"temp_c": 4.5}}, at=now)]).accepted

    monkeypatch.setattr(clock, "now", lambda: now)
    assert send() == 1
    suspend_tenant(operator, fleet.tenant_id, reason="unpaid", if_match=None, origin=origin)
    now += BELIEVED_FOR
    assert send() == 0
    [refused] = fleet.rows("SELECT reason FROM quarantine_events")
    assert refused == {"reason": "SUBSCRIPTION_SUSPENDED"}
    resume_tenant(operator, fleet.tenant_id, if_match=None, origin=origin)
    now += REFUSAL_BELIEVED_FOR
    assert send() == 1


def test_tenants_are_listed_by_id_page_by_page(tenancy: Tenancy) -> None:
    found: list[str] = []
    params = {"limit": "3"}
    while True:
        page = tenancy.operator.get("/operator/tenants", params=params).json()
        found += [tenant["tenant_id"] for tenant in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert found == sorted(found)
    assert len(found) == page["total"]
    assert {tenancy.tenant_id, "acme-cold-chain"} <= set(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda api, _: api.post("/operator/tenants", json=new_tenant()),
        lambda api, path: api.patch(path, json={"name": "x"}),
        lambda api, path: api.post(f"{path}/suspend", json={"reason": "x"}),
        lambda api, path: api.post(f"{path}/resume"),
        lambda api, path: api.delete(path),
    ],
    ids=["create", "change", "suspend", "resume", "delete"],
)
def test_an_operator_reads_tenants_and_changes_none(
    change: Callable[[httpx.Client, str], httpx.Response], tenancy: Tenancy, stack: Stack
) -> None:
    path = f"/operator/tenants/{tenancy.tenant_id}"
    operator = operator_api(stack, "operator")
    before = operator.get(path)
    assert before.status_code == 200
    assert change(operator, path).status_code == 403
    assert change(tenancy.admin.api, path).status_code == 403
    assert tenancy.operator.get(path).json() == before.json()


def test_the_versioned_path_is_served_as_well(tenancy: Tenancy) -> None:
    path = f"/api/v1/operator/tenants/{tenancy.tenant_id}"
    assert tenancy.operator.get(path).json()["tenant_id"] == tenancy.tenant_id
