"""The pool's trigger: tenant, e-mail and roles go into the access token, on a refresh as well."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from add_token_claims.app import handler
from pulse.identity import claims
from pulse.identity.claims import override_details
from tests.unit.api.gateway import make_context

SAMPLE = Path(__file__).parents[3] / "events" / "add_token_claims.json"


class PoolClient:
    """The two calls of the pool's API that the trigger makes, and which were made."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.attributes = [
            {"Name": "sub", "Value": "user-1"},
            {"Name": "email", "Value": "customer@acme.example"},
            {"Name": "custom:tenant_id", "Value": "acme"},
        ]
        self.groups = [{"GroupName": "customer"}, {"GroupName": "us-east-1_EXAMPLE_Okta"}]

    def admin_get_user(self, **_: Any) -> dict[str, Any]:
        self.calls.append("user")
        return {"UserAttributes": self.attributes}

    def admin_list_groups_for_user(self, **_: Any) -> dict[str, Any]:
        self.calls.append("groups")
        return {"Groups": self.groups}


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


def test_no_token_is_better_than_one_without_a_tenant(pool: PoolClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: Any) -> dict[str, Any]:
        raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "AdminGetUser")

    monkeypatch.setattr(pool, "admin_get_user", away)
    with pytest.raises(ClientError):
        handler(refresh_event(), make_context())
