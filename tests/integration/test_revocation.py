"""What is revoked is refused within a minute, although API Gateway keeps the authorizer's answers for a while."""

import time
from collections.abc import Callable

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.integration.stack import Stack
from tests.integration.tenancy import Person, Tenancy, next_second

type Setup = Callable[[Tenancy], tuple[httpx.Client, Callable[[], httpx.Response], int]]
"""Makes a caller; returns the API as they see it, what ends their access, and the status that they get then."""


def session_of(person: Person) -> str:
    [session] = [item for item in person.api.get("/customer/me/sessions").json()["items"] if item["is_current"]]
    return str(session["session_id"])


def own_session(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    ann = tenancy.invite("viewer")
    session = session_of(ann)
    return ann.api, lambda: ann.api.delete(f"/customer/me/sessions/{session}"), 401


def session_of_a_user(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    ann = tenancy.invite("viewer")
    path = f"/customer/users/{ann.user_id}/sessions/{session_of(ann)}"
    return ann.api, lambda: tenancy.admin.api.delete(path), 401


def signed_out_everywhere(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    ann = tenancy.invite("viewer")
    return ann.api, lambda: ann.api.post("/customer/me/sign-out"), 401


def signed_out_by_an_admin(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    ann = tenancy.invite("viewer")
    return ann.api, lambda: tenancy.admin.api.post(f"/customer/users/{ann.user_id}/sign-out"), 401


def changed_role(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    ann = tenancy.invite("tenant-admin")
    path = f"/customer/users/{ann.user_id}"
    return ann.api, lambda: tenancy.admin.api.patch(path, json={"role": "viewer"}), 401


def disabled_user(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    ann = tenancy.invite("viewer")
    return ann.api, lambda: tenancy.admin.api.post(f"/customer/users/{ann.user_id}/disable"), 403


def deleted_user(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    ann = tenancy.invite("viewer")
    return ann.api, lambda: tenancy.admin.api.delete(f"/customer/users/{ann.user_id}"), 403


def revoked_key(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    key = tenancy.admin.api.post("/customer/api-keys", json={"name": "Warehouse", "role": "viewer"}).json()
    path = f"/customer/api-keys/{key['key_id']}"
    return tenancy.stack.api_with(key["key"]), lambda: tenancy.admin.api.delete(path), 401


def rotated_key(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    key = tenancy.admin.api.post("/customer/api-keys", json={"name": "Warehouse", "role": "viewer"}).json()
    path = f"/customer/api-keys/{key['key_id']}/rotate"
    return tenancy.stack.api_with(key["key"]), lambda: tenancy.admin.api.post(path, json={"overlap_seconds": 0}), 401


def suspended_tenant(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    other = Tenancy(tenancy.stack)
    path = f"/operator/tenants/{other.tenant_id}/suspend"
    return other.admin.api, lambda: tenancy.operator.post(path, json={"reason": "unpaid"}), 403


def narrowed_allowlist(tenancy: Tenancy) -> tuple[httpx.Client, Callable[[], httpx.Response], int]:
    other = Tenancy(tenancy.stack)
    path = f"/operator/tenants/{other.tenant_id}"
    return other.admin.api, lambda: tenancy.operator.patch(path, json={"ip_allowlist": ["192.0.2.0/24"]}), 403


SETUPS: list[Setup] = [
    own_session,
    session_of_a_user,
    signed_out_everywhere,
    signed_out_by_an_admin,
    changed_role,
    disabled_user,
    deleted_user,
    revoked_key,
    rotated_key,
    suspended_tenant,
    narrowed_allowlist,
]


def is_refused(api: httpx.Client, status: int) -> bool:
    """Whether a caller gets that refusal, and not their profile any more."""
    answer = api.get("/customer/me")
    assert answer.status_code in (200, status), answer.text
    assert answer.status_code == 200 or answer.headers["content-type"] == "application/problem+json"
    return answer.status_code == status


def test_what_is_revoked_is_refused_within_a_minute(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    callers = {setup.__name__: setup(tenancy) for setup in SETUPS}
    next_second()  # what is refused by the time of its token has whole seconds
    for api, _, _ in callers.values():
        assert api.get("/customer/me").status_code == 200
    since = time.monotonic()
    for name, (_, end, _) in callers.items():
        assert end().status_code in (200, 204), name
    # Asked over and over, as somebody with a stolen token would.
    let_in = {name: (api, status) for name, (api, _, status) in callers.items()}
    while let_in and time.monotonic() - since < 60:
        time.sleep(1)
        let_in = {name: caller for name, caller in let_in.items() if not is_refused(*caller)}
    assert not let_in, "still let in after a minute"


def test_a_signed_out_session_gets_no_new_token_and_a_new_sign_in_works(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    ann = tenancy.invite("viewer")
    assert ann.api.post("/customer/me/sign-out").status_code == 204
    with pytest.raises(ClientError, match="revoked"):
        ann.refresh()
    next_second()
    assert ann.sign_in().api.get("/customer/me").status_code == 200
    assert [item["is_current"] for item in ann.api.get("/customer/me/sessions").json()["items"]] == [True]


def test_an_ended_session_leaves_the_others(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    phone = tenancy.invite("viewer")
    laptop = Person(stack, phone.email, phone.user_id).sign_in()
    for device in (phone, laptop):
        assert device.api.get("/customer/me").status_code == 200
    sessions = laptop.api.get("/customer/me/sessions").json()["items"]
    assert len(sessions) == 2
    assert all(item["user_agent"].startswith("python-httpx/") and item["ip_address"] for item in sessions)
    [other] = [item["session_id"] for item in sessions if not item["is_current"]]
    assert laptop.api.delete(f"/customer/me/sessions/{other}").status_code == 204
    assert laptop.api.delete(f"/customer/me/sessions/{other}").status_code == 404
    assert len(laptop.api.get("/customer/me/sessions").json()["items"]) == 1
    assert laptop.refresh().api.get("/customer/me").status_code == 200
    # The phone's refresh token still works at the pool, but what it brings is of the same session.
    assert phone.refresh().api.get("/customer/me").status_code == 401


def test_nobody_ends_somebody_elses_session(stack: Stack) -> None:
    tenancy, other = Tenancy(stack), Tenancy(stack)
    ann, ben = tenancy.invite("viewer"), tenancy.invite("customer")
    session = session_of(ann)
    assert ben.api.delete(f"/customer/me/sessions/{session}").status_code == 404
    assert ben.api.delete(f"/customer/users/{ann.user_id}/sessions/{session}").status_code == 403
    for path in (f"/customer/users/{ann.user_id}/sessions/{session}", f"/customer/me/sessions/{session}"):
        assert other.admin.api.delete(path).status_code == 404
    assert session_of(ann) == session


def test_an_operators_sessions_are_theirs_as_well(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    sessions = tenancy.operator.get("/operator/me/sessions").json()["items"]
    assert [item for item in sessions if item["is_current"]]
    assert tenancy.operator.delete("/operator/me/sessions/unknown").status_code == 404


def test_a_forwarded_address_opens_no_allowlist(stack: Stack) -> None:
    tenancy = Tenancy(stack, ip_allowlist=["192.0.2.0/24"])
    headers = {"X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7", "X-Real-IP": "192.0.2.7"}
    refused = tenancy.admin.api.get("/customer/me", headers=headers)
    assert refused.status_code == 403
    assert "network address" in refused.json()["detail"]
    allowed = Tenancy(stack, ip_allowlist=["127.0.0.0/8", "2001:db8::/32"])
    assert allowed.admin.api.get("/customer/me").status_code == 200
