"""The audit log: written with every change or the change doesn't happen, read with filters, page by page, as CSV."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from pulse.database import operator_session
from pulse.identity import user_pool
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.identity.users import Invitation, change_role, delete_user, disable_user, invite_user
from pulse.operations.audit_log import AuditFilter, export_entries, list_entries
from pulse.tenants.administration import suspend_tenant
from tests.builders import ACTOR, Fleet
from tests.integration.stack import Stack
from tests.integration.tenancy import Tenancy, operator_api

ORIGIN = Origin("198.51.100.7", "request-1")


@pytest.fixture(scope="module")
def tenancy(stack: Stack) -> Tenancy:
    return Tenancy(stack)


def entries(tenancy: Tenancy, **params: str) -> list[dict[str, Any]]:
    answer = tenancy.admin.api.get("/customer/audit-log", params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_change_tells_who_what_before_and_after_and_where_from(tenancy: Tenancy) -> None:
    ann = tenancy.invite("viewer")
    changed = tenancy.admin.api.patch(f"/customer/users/{ann.user_id}", json={"role": "customer"})
    [entry] = entries(tenancy, subject=ann.user_id, action="user.change_role")
    assert (entry["actor"], entry["actor_name"]) == (tenancy.admin.user_id, tenancy.admin.email)
    assert (entry["before"]["role"], entry["after"]["role"]) == ("viewer", "customer")
    assert (entry["ip_address"], entry["request_id"]) == ("127.0.0.1", changed.headers["x-request-id"])
    assert (entry["tenant_id"], entry["cross_tenant"]) == (tenancy.tenant_id, False)


def test_what_changes_nothing_leaves_no_entry(tenancy: Tenancy) -> None:
    ann = tenancy.invite("viewer")
    assert tenancy.admin.api.patch(f"/customer/users/{ann.user_id}", json={"role": "viewer"}).status_code == 200
    assert tenancy.admin.api.patch(f"/customer/users/{ann.user_id}", json={"role": "king"}).status_code == 422
    assert [entry["action"] for entry in entries(tenancy, subject=ann.user_id)] == ["user.invite"]


def test_entries_are_found_by_who_what_when_and_text(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    ann, ben = tenancy.invite("viewer"), tenancy.invite("tenant-admin")
    between = datetime.now(UTC)
    ben.api.patch(f"/customer/users/{ann.user_id}", json={"role": "customer"})
    key = ben.api.post("/customer/api-keys", json={"name": "Warehouse", "role": "viewer"}).json()

    def found(**params: str) -> list[str]:
        return [entry["action"] for entry in entries(tenancy, **params) if not entry["cross_tenant"]]

    assert found() == ["api_key.create", "user.change_role", "user.invite", "user.invite"]
    assert found(actor=ben.user_id) == found(actor=ben.email.upper()) == ["api_key.create", "user.change_role"]
    assert found(action="user.") == ["user.change_role", "user.invite", "user.invite"]
    assert found(action="user.change_role") == ["user.change_role"]
    assert found(subject=key["key_id"]) == found(q=key["key_id"][:6].upper()) == ["api_key.create"]
    assert found(q=ben.email.split("@")[0]) == ["api_key.create", "user.change_role"]
    assert found(start=between.isoformat()) == ["api_key.create", "user.change_role"]
    assert found(end=between.isoformat()) == ["user.invite", "user.invite"]
    assert found(actor="nobody") == []


def test_the_log_is_read_page_by_page_newest_first(tenancy: Tenancy) -> None:
    for _ in range(3):
        tenancy.invite("viewer")
    whole = [entry["audit_id"] for entry in entries(tenancy, limit="200")]
    assert whole == sorted(whole, reverse=True)
    paged: list[int] = []
    params = {"limit": "2"}
    while True:
        page = tenancy.admin.api.get("/customer/audit-log", params=params).json()
        paged += [entry["audit_id"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert paged == whole


def test_the_export_is_the_log_in_parts_that_lead_on(tenancy: Tenancy) -> None:
    for _ in range(2):
        tenancy.invite("viewer")
    whole = entries(tenancy, limit="200")
    rows: list[dict[str, str]] = []
    params = {"limit": "3"}
    while True:
        answer = tenancy.admin.api.get("/customer/audit-log/export", params=params)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert re.search(r'filename="audit-log-\d{8}-\d{6}\.csv"', answer.headers["content-disposition"])
        rows += csv.DictReader(io.StringIO(answer.text, newline=""))
        if "X-Next-Cursor" not in answer.headers:
            break
        params["cursor"] = answer.headers["X-Next-Cursor"]
    assert [int(row["audit_id"]) for row in rows] == [entry["audit_id"] for entry in whole]
    assert [row["action"] for row in rows] == [entry["action"] for entry in whole]


def test_an_export_is_bounded(fleet: Fleet) -> None:
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute(
            """
            INSERT INTO audit_log (tenant_id, actor, action, after)
            SELECT %s, 'test', 'test.bulk', jsonb_build_object('text', repeat('x', 2000))
            FROM generate_series(1, 5000)
            """,
            (fleet.tenant_id,),
        )
    admin = Principal(str(uuid4()), "admin", frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)
    wanted = AuditFilter(action="test.bulk")
    parts: list[str] = []
    position = None
    while not parts or position is not None:
        export = export_entries(admin, wanted, limit=10_000, after=position, origin=ORIGIN)
        parts.append(export.text)
        position = export.next_position
    assert len(parts) > 1
    assert max(len(part) for part in parts) < 5_500_000  # a function's answer ends at 6 MB
    assert sum(part.count("test.bulk") for part in parts) == 5000
    small = export_entries(admin, wanted, limit=700, after=None, origin=ORIGIN)
    assert small.text.count("test.bulk") == 700


def test_the_log_is_for_administrators(tenancy: Tenancy, stack: Stack) -> None:
    for role in ("viewer", "customer"):
        assert tenancy.invite(role).api.get("/customer/audit-log").status_code == 403
    assert operator_api(stack, "operator").get("/operator/audit-log").status_code == 403
    assert operator_api(stack, "operator").get("/operator/audit-log/export").status_code == 403


def test_another_tenants_entries_are_nobodys_business(tenancy: Tenancy, stack: Stack) -> None:
    ann, stranger = tenancy.invite("viewer"), Tenancy(stack)
    assert entries(stranger, subject=ann.user_id) == []
    assert tenancy.tenant_id not in stranger.admin.api.get("/customer/audit-log/export").text


def test_every_look_of_an_operator_leaves_an_entry(tenancy: Tenancy, stack: Stack) -> None:
    operator, ann = operator_api(stack, "operator"), tenancy.invite("viewer")
    looks = {
        f"/operator/tenants/{tenancy.tenant_id}": ("tenants.get", tenancy.tenant_id),
        "/operator/tenants": ("tenants.list", ""),
        f"/operator/users/{ann.user_id}": ("users.get", ann.user_id),
        "/operator/users": ("users.list", ""),
        f"/operator/users/{ann.user_id}/sessions": ("users.list_sessions", ann.user_id),
    }
    for path, (action, subject) in looks.items():
        request_id = operator.get(path).headers["x-request-id"]
        answer = tenancy.operator.get("/operator/audit-log", params={"action": action, "limit": "5"})
        [entry] = [entry for entry in answer.json()["items"] if entry["request_id"] == request_id]
        assert (entry["actor_name"], entry["subject"]) == ("operator@pulse.example", subject)
        assert (entry["cross_tenant"], entry["ip_address"]) == (True, "127.0.0.1")
    # What was looked at in one tenant is in that tenant's own log as well.
    assert [entry["action"] for entry in entries(tenancy, actor="operator@pulse.example")] == ["tenants.get"]


def test_an_operator_admin_reads_one_tenants_entries_or_all(tenancy: Tenancy) -> None:
    ann = tenancy.invite("viewer")
    one = tenancy.operator.get("/operator/audit-log", params={"tenant_id": tenancy.tenant_id, "limit": "200"})
    assert {entry["tenant_id"] for entry in one.json()["items"]} == {tenancy.tenant_id}
    every = tenancy.operator.get("/operator/audit-log", params={"subject": ann.user_id})
    assert [entry["action"] for entry in every.json()["items"]] == ["user.invite"]


class Pool:
    """Remembers what the user pool was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[str] = []
        for name in ("put_in_role", "disable_user", "sign_out", "send_invitation", "reset_password"):
            monkeypatch.setattr(user_pool, name, lambda *_, name=name: self.told.append(name))


@pytest.fixture
def full_log(fleet: Fleet, scenario_owner_url: str) -> Iterator[None]:
    """The log takes no entry of a change in the fleet's tenant."""
    with psycopg.connect(scenario_owner_url, autocommit=True) as owner:
        owner.execute(
            f"""
            ALTER TABLE audit_log ADD CONSTRAINT no_more
            CHECK (tenant_id IS DISTINCT FROM '{fleet.tenant_id}' OR after IS NULL) NOT VALID
            """.encode()
        )
        yield
        owner.execute("ALTER TABLE audit_log DROP CONSTRAINT no_more")


def make_user(fleet: Fleet) -> UUID:
    user_id = uuid4()
    with operator_session(user_id=ACTOR, reason="test", write=True) as connection:
        connection.execute(
            """
            INSERT INTO users (user_id, username, tenant_id, email, role)
            VALUES (%s, 'someone', %s, 'someone@tenant.example', 'viewer')
            """,
            (user_id, fleet.tenant_id),
        )
    return user_id


def test_what_can_not_be_audited_does_not_happen(
    fleet: Fleet, full_log: None, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert full_log is None
    user_id, pool = make_user(fleet), Pool(monkeypatch)
    admin = Principal(str(uuid4()), "admin", frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)
    operator = Principal(str(uuid4()), "operator", frozenset({Role.OPERATOR_ADMIN}), None)
    before = fleet.rows("SELECT role, status, version FROM users")
    with pytest.raises(psycopg.errors.CheckViolation):
        change_role(admin, user_id, Role.CUSTOMER, if_match=None, origin=ORIGIN)
    with pytest.raises(psycopg.errors.CheckViolation):
        disable_user(admin, user_id, if_match=None, origin=ORIGIN)
    with pytest.raises(psycopg.errors.CheckViolation):
        suspend_tenant(operator, fleet.tenant_id, reason="unpaid", if_match=None, origin=ORIGIN)
    assert fleet.rows("SELECT role, status, version FROM users") == before
    assert fleet.rows("SELECT status FROM tenants") == [{"status": "ACTIVE"}]

    email = f"new@{fleet.tenant_id}.example"
    with pytest.raises(psycopg.errors.CheckViolation):
        invite_user(admin, Invitation(email=email, name="", role=Role.VIEWER), origin=ORIGIN)
    assert user_pool.find_user(email) is None
    assert pool.told == []
    assert stack.description["user_pool_id"]


def test_a_pool_that_refuses_takes_the_change_back(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = make_user(fleet)
    admin = Principal(str(uuid4()), "admin", frozenset({Role.TENANT_ADMIN}), fleet.tenant_id)

    def away(*_: object) -> None:
        message = "the user directory does not answer"
        raise ConnectionError(message)

    monkeypatch.setattr(user_pool, "put_in_role", away)
    monkeypatch.setattr(user_pool, "delete_user", away)
    with pytest.raises(ConnectionError):
        change_role(admin, user_id, Role.CUSTOMER, if_match=None, origin=ORIGIN)
    with pytest.raises(ConnectionError):
        delete_user(admin, user_id, if_match=None, origin=ORIGIN)
    assert fleet.rows("SELECT role, status, version FROM users") == [
        {"role": "viewer", "status": "ACTIVE", "version": 1}
    ]
    assert list_entries(admin, AuditFilter(action="user."), limit=10, after=None, origin=ORIGIN).entries == []
