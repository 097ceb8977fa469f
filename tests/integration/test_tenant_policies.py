"""A tenant's policy at the broker is what this version of the code says, whenever it was made."""

from typing import Any

import boto3
import orjson
import pytest

from pulse.database import operator_session
from pulse.devices.broker import ensure_tenant_policy, policy_name
from pulse.tenants import policies
from pulse.tenants.policies import renew_policies
from tests.builders import Fleet

FORMER = orjson.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iot:Publish", "Resource": "*"}]}
).decode()


def versions(fleet: Fleet) -> list[dict[str, Any]]:
    """Newest first."""
    answer = boto3.client("iot").list_policy_versions(policyName=policy_name(fleet.tenant_id))
    return [dict(version) for version in answer["policyVersions"]]


def document(fleet: Fleet) -> str:
    return str(boto3.client("iot").get_policy(policyName=policy_name(fleet.tenant_id))["policyDocument"])


def test_it_is_made_once(fleet: Fleet) -> None:
    assert [ensure_tenant_policy(fleet.tenant_id) for _ in range(2)] == [True, False]
    assert len(versions(fleet)) == 1


def test_one_that_allows_more_gets_a_new_version_that_holds(fleet: Fleet) -> None:
    boto3.client("iot").create_policy(policyName=policy_name(fleet.tenant_id), policyDocument=FORMER)
    assert [ensure_tenant_policy(fleet.tenant_id) for _ in range(2)] == [True, False]
    assert [version["isDefaultVersion"] for version in versions(fleet)] == [True, False]
    assert f"$aws/rules/pulse_telemetry/devices/{fleet.tenant_id}/" in document(fleet)
    assert "$aws/rules/*" not in document(fleet)


def test_of_five_versions_the_oldest_makes_room_and_never_the_one_that_holds(fleet: Fleet) -> None:
    client, name = boto3.client("iot"), policy_name(fleet.tenant_id)
    client.create_policy(policyName=name, policyDocument=FORMER)
    for _ in range(4):
        client.create_policy_version(policyName=name, policyDocument=FORMER)
    assert ensure_tenant_policy(fleet.tenant_id)
    assert [version["versionId"] for version in versions(fleet)] == ["6", "5", "4", "3", "1"]
    assert versions(fleet)[0]["isDefaultVersion"]


def test_a_deploy_renews_those_of_all_tenants_but_deleted_ones(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    suspended, deleted = Fleet(), Fleet()
    asked: list[str] = []

    def ensure(tenant_id: str) -> bool:
        asked.append(tenant_id)
        return tenant_id == fleet.tenant_id

    monkeypatch.setattr(policies, "ensure_tenant_policy", ensure)
    set_status(suspended, "SUSPENDED")
    set_status(deleted, "DELETED")
    assert renew_policies() == 1
    assert {fleet.tenant_id, suspended.tenant_id} <= set(asked)
    assert deleted.tenant_id not in asked


def set_status(fleet: Fleet, status: str) -> None:
    with operator_session(user_id="otto", reason="test", write=True) as connection:
        connection.execute("UPDATE tenants SET status = %s WHERE tenant_id = %s", (status, fleet.tenant_id))
