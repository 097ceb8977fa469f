"""The pool's trigger: tenant, e-mail and roles go into the access token, on a refresh as well."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from add_token_claims.app import handler
from pulse.identity import claims
from pulse.identity.claims import override_details
from pulse.settings import settings
from tests.unit.api.gateway import make_context

SAMPLE = Path(__file__).parents[3] / "events" / "add_token_claims.json"


class PoolClient:
    """The two calls of the pool's API that the trigger makes, and which were made."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = "CONFIRMED"
        self.attributes = [
            {"Name": "sub", "Value": "user-1"},
            {"Name": "email", "Value": "customer@acme.example"},
            {"Name": "custom:tenant_id", "Value": "acme"},
        ]
        self.groups = [{"GroupName": "customer"}, {"GroupName": "us-east-1_EXAMPLE_Okta"}]

    def admin_get_user(self, **_: Any) -> dict[str, Any]:
        self.calls.append("user")
        return {"UserAttributes": self.attributes, "UserStatus": self.status}

    def admin_list_groups_for_user(self, **_: Any) -> dict[str, Any]:
        self.calls.append("groups")
        return {"Groups": self.groups}


@pytest.fixture(autouse=True)
def group_roles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The mapping that the deployment gives."""
    mapping = {"Fleet Admins": "tenant-admin", "Fleet": "customer", "Operations": "operator", "Odd": "emperor"}
    monkeypatch.setenv("GROUP_ROLES", json.dumps(mapping))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> PoolClient:
    client = PoolClient()
    monkeypatch.setattr(claims, "_client", lambda: client)
    return client


def sample_event(**request: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    event["request"].update(request)
    return event


def refresh_event() -> dict[str, Any]:
    event = sample_event(userAttributes={}, groupConfiguration={"groupsToOverride": []})
    return {**event, "triggerSource": "TokenGeneration_RefreshTokens"}


def test_the_trigger_answers_with_its_whole_event(pool: PoolClient) -> None:
    answer = handler(sample_event(), make_context())
    details = answer["response"].pop("claimsAndScopeOverrideDetails")
    assert details == {
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {
                "tenant_id": "acme",
                "email": "customer@acme.example",
                "roles": ["customer"],
            }
        }
    }
    assert answer == {**sample_event(), "response": {}}
    assert pool.calls == []


def test_what_a_refresh_leaves_out_is_read_from_the_pool(pool: PoolClient) -> None:
    details = override_details(refresh_event())
    assert details == {
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {
                "tenant_id": "acme",
                "email": "customer@acme.example",
                "roles": ["customer"],
            }
        },
        "groupOverrideDetails": {"groupsToOverride": ["customer", "us-east-1_EXAMPLE_Okta"]},
    }
    assert pool.calls == ["user", "groups"]


def test_groups_alone_are_read_when_they_alone_are_missing(pool: PoolClient) -> None:
    details = override_details(sample_event(groupConfiguration=None))
    assert details["accessTokenGeneration"]["claimsToAddOrOverride"]["roles"] == ["customer"]
    assert pool.calls == ["groups"]


def test_an_operator_gets_no_tenant() -> None:
    event = sample_event(
        userAttributes={"sub": "user-2", "email": "operator@pulse.example"},
        groupConfiguration={"groupsToOverride": ["operator"]},
    )
    assert override_details(event)["accessTokenGeneration"]["claimsToAddOrOverride"] == {
        "email": "operator@pulse.example",
        "roles": ["operator"],
    }


def federated_event(groups: str, tenant_id: str | None = "acme", **attributes: str) -> dict[str, Any]:
    """A sign-in through an identity provider that says these groups, as Cognito writes them, and this tenant."""
    said = {
        "sub": "user-3",
        "cognito:user_status": "EXTERNAL_PROVIDER",
        "email": "someone@acme.example",
        "custom:federated_groups": groups,
    }
    if tenant_id is not None:
        said["custom:federated_tenant"] = tenant_id
    return sample_event(
        userAttributes=said | attributes, groupConfiguration={"groupsToOverride": ["us-east-1_EXAMPLE_Oidc"]}
    )


def claims_for(event: dict[str, Any]) -> dict[str, Any]:
    added: dict[str, Any] = override_details(event)["accessTokenGeneration"]["claimsToAddOrOverride"]
    return added


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ("Fleet", ["customer"]),
        ("[Fleet, Fleet Admins, Everyone]", ["customer", "tenant-admin"]),
        ("[]", []),
        ("", []),
        ("fleet", []),
        ("[tenant-admin]", []),
        ("[Odd]", []),
    ],
)
def test_a_providers_groups_are_roles_as_the_deployment_says(groups: str, roles: list[str]) -> None:
    assert claims_for(federated_event(groups)) == {
        "tenant_id": "acme",
        "email": "someone@acme.example",
        "roles": roles,
        "federated": True,
    }


def test_a_provider_makes_operators_of_those_without_a_tenant_alone() -> None:
    assert claims_for(federated_event("[Operations, Fleet]"))["roles"] == ["customer"]
    assert claims_for(federated_event("[Operations, Fleet]", None))["roles"] == ["operator"]


def test_what_a_provider_says_means_nothing_on_an_account_with_a_password() -> None:
    event = sample_event()
    event["request"]["userAttributes"] |= {
        "custom:federated_tenant": "globex",
        "custom:federated_groups": "[Fleet Admins]",
    }
    assert claims_for(event) == {"tenant_id": "acme", "email": "customer@acme.example", "roles": ["customer"]}


def test_the_pools_groups_and_tenant_mean_nothing_for_who_comes_from_a_provider() -> None:
    event = federated_event("", None, **{"custom:tenant_id": "globex"})
    event["request"]["groupConfiguration"]["groupsToOverride"] = ["tenant-admin"]
    assert claims_for(event) == {"email": "someone@acme.example", "roles": [], "federated": True}


def test_a_refresh_of_a_federated_user_asks_the_pool_for_what_the_provider_said(pool: PoolClient) -> None:
    pool.status = "EXTERNAL_PROVIDER"
    pool.attributes = [
        {"Name": "custom:federated_tenant", "Value": "acme"},
        {"Name": "custom:federated_groups", "Value": "Fleet"},
    ]
    assert claims_for(refresh_event()) == {"tenant_id": "acme", "roles": ["customer"], "federated": True}


def test_no_token_is_better_than_one_without_a_tenant(pool: PoolClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: Any) -> dict[str, Any]:
        raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "AdminGetUser")

    monkeypatch.setattr(pool, "admin_get_user", away)
    with pytest.raises(ClientError):
        handler(refresh_event(), make_context())
