"""Keys for scrapers and wall screens: they open one thing, end, and are revoked."""

from datetime import timedelta
from typing import Any

import pytest

from pulse import clock
from pulse.database import ingest_session
from pulse.identity.access import Client
from pulse.identity.authentication import authenticate
from pulse.identity.errors import ApiKeyEndedError, ApiKeyRefusedError
from pulse.identity.permissions import Permission
from tests.integration.operator_plane import OperatorPlane
from tests.integration.stack import Stack

NOWHERE = Client(None, "")


@pytest.fixture
def admin(scenario_database: str) -> OperatorPlane:
    assert scenario_database
    return OperatorPlane()


def make(admin: OperatorPlane, scope: str, **more: Any) -> dict[str, Any]:
    status, key, text = admin.call("POST", "/operator/keys", body={"name": "Hall", "scope": scope, **more})
    assert status == 201, text
    return key


@pytest.mark.parametrize(
    ("scope", "permission"), [("noc", Permission.OPERATOR_READ_NOC), ("metrics", Permission.OPERATOR_READ_METRICS)]
)
def test_a_key_may_do_the_one_thing_of_its_scope(admin: OperatorPlane, scope: str, permission: Permission) -> None:
    key = make(admin, scope)
    caller = authenticate(f"Bearer {key['key']}", NOWHERE)
    assert (caller.permissions, caller.tenant_id, caller.name) == (frozenset({permission}), None, "Hall")
    [listed] = [item for item in admin.get("/keys")["items"] if item["key_id"] == key["key_id"]]
    assert listed["last_used_at"] is not None
    assert "key" not in listed


def test_nothing_of_a_key_is_kept_that_could_be_used(admin: OperatorPlane) -> None:
    key = make(admin, "noc")["key"]
    with ingest_session() as connection:
        rows = connection.execute("SELECT operator_keys::text AS row FROM operator_keys").fetchall()
    assert not [row for row in rows if key.rpartition("_")[2] in row["row"]]


def test_a_revoked_key_opens_nothing_and_stays_listed(admin: OperatorPlane) -> None:
    key = make(admin, "noc")
    for _ in range(2):
        assert admin.call("DELETE", f"/operator/keys/{key['key_id']}")[0] == 204
    with pytest.raises(ApiKeyEndedError):
        authenticate(f"Bearer {key['key']}", NOWHERE)
    assert key["key_id"] in {item["key_id"] for item in admin.get("/keys")["items"]}


def test_a_key_ends_by_itself(admin: OperatorPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    key = make(admin, "noc")
    later = clock.now() + timedelta(days=91)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(ApiKeyEndedError):
        authenticate(f"Bearer {key['key']}", NOWHERE)


def test_another_secret_is_refused(admin: OperatorPlane) -> None:
    key = make(admin, "noc")
    with pytest.raises(ApiKeyRefusedError):
        authenticate(f"Bearer {key['key'][:-1]}!", NOWHERE)
    with pytest.raises(ApiKeyRefusedError):
        authenticate("Bearer pulseop_nosuchkey123_secret", NOWHERE)


@pytest.mark.parametrize("days", [-1, 366])
def test_a_key_ends_within_a_year(admin: OperatorPlane, days: int) -> None:
    ends = (clock.now() + timedelta(days=days)).isoformat()
    body = {"name": "Hall", "scope": "noc", "expires_at": ends}
    status, problem, _ = admin.call("POST", "/operator/keys", body=body)
    assert (status, problem["errors"][0]["field"]) == (400, "expires_at")


def test_deployed_a_wall_screen_sees_the_feeds_and_nothing_else(stack: Stack) -> None:
    [admin] = [person for person in stack.description["operator"] if person["role"] == "operator-admin"]
    made = stack.api_with(stack.token(admin)).post("/operator/keys", json={"name": "Hall", "scope": "noc"})
    assert made.status_code == 201, made.text
    screen = stack.api_with(made.json()["key"])
    for feed in ("summary", "series", "topology", "heatmap", "events"):
        answer = screen.get(f"/operator/noc/{feed}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["as_of"]
    for closed in ("/operator/tenants", "/operator/metrics", "/operator/me", "/operator/keys"):
        assert screen.get(closed).status_code == 403
    assert screen.get("/customer/devices").status_code == 403
