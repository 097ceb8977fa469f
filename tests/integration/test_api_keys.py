"""API keys on the deployed stack: made once, seen once, and no more than they were given."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import psycopg
import pytest

from tests.integration.stack import Stack, wait_for
from tests.integration.tenancy import Tenancy


@pytest.fixture(scope="module")
def tenancy(stack: Stack) -> Tenancy:
    return Tenancy(stack)


def make(tenancy: Tenancy, **changes: Any) -> dict[str, Any]:
    answer = tenancy.admin.api.post("/customer/api-keys", json={"name": "Warehouse", "role": "customer", **changes})
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()
    return key


def test_a_program_calls_with_its_key(tenancy: Tenancy) -> None:
    key = make(tenancy, scopes=["devices:read"])
    assert key["key"].startswith(f"pulse_{key['key_id']}_")
    api = tenancy.stack.api_with(key["key"])
    profile = api.get("/customer/me").json()
    assert (profile["user_id"], profile["email"]) == (f"key:{key['key_id']}", "Warehouse")
    assert (profile["scopes"], profile["permissions"]) == (["devices:read"], ["devices:read", "profile:read"])
    assert (profile["tenant_id"], profile["session_id"]) == (tenancy.tenant_id, None)
    assert api.get("/customer/devices").status_code == 200
    assert api.get("/customer/me/sessions").json() == {"items": []}
    for path in ("/customer/alerts", "/customer/users", "/customer/api-keys", "/operator/tenants"):
        assert api.get(path).status_code == 403
    used = tenancy.admin.api.get(f"/customer/api-keys/{key['key_id']}").json()
    assert used["last_used_at"]
    assert used["last_used_ip"] == "127.0.0.1"


def test_a_key_of_an_administrator_makes_no_users_and_no_keys(tenancy: Tenancy) -> None:
    api = tenancy.stack.api_with(make(tenancy, role="tenant-admin")["key"])
    assert api.get("/customer/users").status_code == 200
    assert api.post("/customer/users", json={"email": "x@y.example", "role": "viewer"}).status_code == 403
    assert api.post("/customer/api-keys", json={"name": "more", "role": "viewer"}).status_code == 403
    assert api.post("/customer/me/sign-out").status_code == 403


def logged(stack: Stack, function: str, text: str) -> list[str]:
    """A function's lines with the text. The emulator writes them after the answer; the first makes the group."""
    logs = boto3.client("logs")
    try:
        found = logs.filter_log_events(logGroupName=f"/aws/lambda/{stack.outputs[function]}", filterPattern=text)
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [event["message"] for event in found["events"]]


def test_the_secret_is_shown_once_and_kept_nowhere(tenancy: Tenancy, stack: Stack) -> None:
    key = make(tenancy)
    secret = key["key"].split("_", 2)[2]
    api = tenancy.admin.api
    shown = [
        api.get("/customer/api-keys").text,
        api.get(f"/customer/api-keys/{key['key_id']}").text,
        api.get("/customer/audit-log", params={"subject": key["key_id"]}).text,
    ]
    with psycopg.connect(stack.database_url) as connection:
        rows = connection.execute("SELECT to_jsonb(api_keys)::text FROM api_keys WHERE key_id = %s", (key["key_id"],))
        shown += [row[0] for row in rows]
    assert len(shown) == 4
    shown += wait_for(lambda: logged(stack, "CustomerApiFunction", key["key_id"]), what="a line in the log")
    for text in shown:
        assert key["key_id"] in text
        assert secret not in text
        assert base64.b64encode(secret.encode()).decode() not in text


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"role": "operator"}, 422, "role"),
        ({"scopes": []}, 422, "scopes"),
        ({"scopes": ["everything"]}, 422, "scopes.0"),
        ({"scopes": ["users:manage"]}, 400, "scopes"),
        ({"role": "viewer", "scopes": ["alerts:handle"]}, 400, "scopes"),
        ({"scopes": ["operator.tenants:read"]}, 400, "scopes"),
        ({"expires_at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}, 400, "expires_at"),
        ({"expires_at": (datetime.now(UTC) + timedelta(days=731)).isoformat()}, 400, "expires_at"),
        ({"name": " "}, 422, "name"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(
    changes: dict[str, Any], status: int, field: str, tenancy: Tenancy
) -> None:
    wanted = {"name": "Warehouse", "role": "customer", **changes}
    answer = tenancy.admin.api.post("/customer/api-keys", json=wanted)
    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_both_secrets_open_while_programs_change_over(tenancy: Tenancy) -> None:
    key, api = make(tenancy), tenancy.admin.api
    rotated = api.post(f"/customer/api-keys/{key['key_id']}/rotate")
    assert rotated.status_code == 200
    assert rotated.json()["key"] != key["key"]
    assert rotated.json()["former_secret_expires_at"] > rotated.json()["rotated_at"]
    for secret in (key["key"], rotated.json()["key"]):
        assert tenancy.stack.api_with(secret).get("/customer/me").status_code == 200
    again = api.post(f"/customer/api-keys/{key['key_id']}/rotate", headers={"If-Match": '"1"'})
    assert again.status_code == 412


def test_a_rotation_without_overlap_ends_the_secret_of_now(tenancy: Tenancy) -> None:
    key = make(tenancy)
    tenancy.admin.api.post(f"/customer/api-keys/{key['key_id']}/rotate", json={"overlap_seconds": 0})
    refused = tenancy.stack.api_with(key["key"]).get("/customer/me")
    assert (refused.status_code, "expired" in refused.json()["detail"]) == (401, True)


def test_a_revoked_key_stays_listed_and_is_over_for_good(tenancy: Tenancy) -> None:
    key, api = make(tenancy), tenancy.admin.api
    path = f"/customer/api-keys/{key['key_id']}"
    assert api.delete(path).status_code == 204
    assert api.delete(path).status_code == 204
    assert api.get(path).json()["revoked_at"]
    assert api.post(f"{path}/rotate").status_code == 409
    assert tenancy.stack.api_with(key["key"]).get("/customer/me").status_code == 401


def test_keys_of_another_tenant_look_like_none(tenancy: Tenancy, stack: Stack) -> None:
    key, stranger = make(tenancy), Tenancy(stack).admin.api
    path = f"/customer/api-keys/{key['key_id']}"
    assert [stranger.get(path).status_code, stranger.delete(path).status_code] == [404, 404]
    assert stranger.post(f"{path}/rotate").status_code == 404
    assert stranger.get("/customer/api-keys").json()["total"] == 0


def test_keys_are_for_tenant_admins(tenancy: Tenancy) -> None:
    for role in ("viewer", "customer"):
        api = tenancy.invite(role).api
        assert api.get("/customer/api-keys").status_code == 403
        assert api.post("/customer/api-keys", json={"name": "x", "role": "viewer"}).status_code == 403


def test_keys_are_listed_newest_first_page_by_page(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    made = [make(tenancy, name=name)["name"] for name in ("one", "two", "three")]
    first = tenancy.admin.api.get("/customer/api-keys", params={"limit": 2}).json()
    rest = tenancy.admin.api.get("/customer/api-keys", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [key["name"] for key in (*first["items"], *rest["items"])] == made[::-1]
    assert (first["total"], rest["next_cursor"]) == (3, None)


def test_making_rotating_and_revoking_is_in_the_audit_log(tenancy: Tenancy) -> None:
    key, api = make(tenancy), tenancy.admin.api
    api.post(f"/customer/api-keys/{key['key_id']}/rotate")
    api.delete(f"/customer/api-keys/{key['key_id']}")
    entries = api.get("/customer/audit-log", params={"subject": key["key_id"]}).json()["items"]
    assert [entry["action"] for entry in entries] == ["api_key.revoke", "api_key.rotate", "api_key.create"]
    assert {entry["actor_name"] for entry in entries} == {tenancy.admin.email}
    assert entries[0]["before"]["revoked_at"] is None
    assert entries[0]["after"]["revoked_at"]
