"""Administering users, on the deployed stack and its user pool."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from tests.integration.stack import Stack
from tests.integration.tenancy import (
    PASSWORD,
    Tenancy,
    mail_to,
    next_second,
    operator_api,
    sign_in,
    wait_for_mail,
)


@pytest.fixture(scope="module")
def tenancy(stack: Stack) -> Tenancy:
    return Tenancy(stack)


@pytest.fixture(scope="module")
def other(stack: Stack) -> Tenancy:
    return Tenancy(stack)


def pool_user(stack: Stack, email: str) -> tuple[set[str], dict[str, str], bool]:
    """Groups, attributes, and whether somebody may sign in, as the pool has them."""
    client, pool = boto3.client("cognito-idp"), stack.description["user_pool_id"]
    user = client.admin_get_user(UserPoolId=pool, Username=email)
    groups = client.admin_list_groups_for_user(UserPoolId=pool, Username=email)["Groups"]
    attributes = {item["Name"]: item.get("Value", "") for item in user["UserAttributes"]}
    return {group["GroupName"] for group in groups}, attributes, user["Enabled"]


def test_an_invitation_is_taken_up_with_a_password_of_ones_own(tenancy: Tenancy, stack: Stack) -> None:
    email = f"Ann.Invited-{uuid4().hex[:6]}@{tenancy.tenant_id}.example"
    answer = tenancy.admin.api.post("/customer/users", json={"email": email, "name": "Ann", "role": "customer"})
    assert answer.status_code == 201
    user = answer.json()
    assert (user["email"], user["status"], user["role"]) == (email.lower(), "INVITED", "customer")
    assert answer.headers["ETag"] == '"1"'

    temporary = re.findall(r"temporary password is (\S+)\.", wait_for_mail(stack, email.lower())["BodyText"])[0]
    client, pool = boto3.client("cognito-idp"), stack.description
    challenge = client.admin_initiate_auth(
        UserPoolId=pool["user_pool_id"],
        ClientId=pool["client_id"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email.lower(), "PASSWORD": temporary},
    )
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    tokens = client.admin_respond_to_auth_challenge(
        UserPoolId=pool["user_pool_id"],
        ClientId=pool["client_id"],
        ChallengeName="NEW_PASSWORD_REQUIRED",
        ChallengeResponses={"USERNAME": user["user_id"], "NEW_PASSWORD": PASSWORD},
        Session=challenge["Session"],
    )["AuthenticationResult"]
    profile = stack.api_with(tokens["AccessToken"]).get("/customer/me").json()
    assert (profile["tenant_id"], profile["roles"]) == (tenancy.tenant_id, ["customer"])
    known = tenancy.admin.api.get(f"/customer/users/{user['user_id']}").json()
    assert (known["status"], known["name"]) == ("ACTIVE", "Ann")
    assert known["last_seen_at"]


def test_an_address_is_invited_once(tenancy: Tenancy, other: Tenancy) -> None:
    taken = tenancy.admin.email
    for api in (tenancy.admin.api, other.admin.api):
        for address in (taken, taken.upper()):
            answer = api.post("/customer/users", json={"email": address, "role": "viewer"})
            assert answer.status_code == 409


@pytest.mark.parametrize("role", ["operator", "operator-admin", "owner"])
def test_a_tenant_admin_makes_no_operators(role: str, tenancy: Tenancy) -> None:
    answer = tenancy.admin.api.post("/customer/users", json={"email": "x@y.example", "role": role})
    assert answer.status_code == 422


def test_users_are_found_sorted_and_paged(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    for name in ("carl", "bea", "dora"):
        tenancy.admin.api.post(
            "/customer/users", json={"email": f"{name}@{tenancy.tenant_id}.example", "role": "viewer", "name": name}
        )
    api = tenancy.admin.api

    def names(**params: str) -> list[str]:
        found: list[str] = []
        asked = {"limit": "2", **params}
        while True:
            answer = api.get("/customer/users", params=asked)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [user["email"].split("@")[0] for user in page["items"]]
            if page["next_cursor"] is None:
                assert page["total"] == len(found)
                return found
            asked["cursor"] = page["next_cursor"]

    assert names() == ["admin", "bea", "carl", "dora"]
    assert names(order="desc") == ["dora", "carl", "bea", "admin"]
    assert names(sort="created_at") == ["admin", "carl", "bea", "dora"]
    assert names(sort="last_seen_at", order="desc")[0] == "admin"
    assert sorted(names(sort="last_seen_at")[:3]) == ["bea", "carl", "dora"]
    assert names(sort="name")[0] == "admin"
    assert names(q="BEA@") == ["bea"]
    assert names(role="tenant-admin") == ["admin"]
    assert names(status="INVITED") == ["bea", "carl", "dora"]
    cursor = api.get("/customer/users", params={"limit": 2}).json()["next_cursor"]
    assert api.get("/customer/users", params={"sort": "name", "cursor": cursor}).status_code == 422


def test_a_new_role_holds_with_the_next_token_and_the_old_token_no_more(tenancy: Tenancy, stack: Stack) -> None:
    ann = tenancy.invite("viewer")
    next_second()
    answer = tenancy.admin.api.patch(f"/customer/users/{ann.user_id}", json={"role": "customer"})
    assert (answer.status_code, answer.json()["role"]) == (200, "customer")
    assert pool_user(stack, ann.email)[0] == {"customer"}
    next_second()
    assert ann.refresh().api.get("/customer/me").json()["roles"] == ["customer"]


def test_an_outdated_change_is_refused(tenancy: Tenancy) -> None:
    ann, api = tenancy.invite("viewer"), tenancy.admin.api
    path = f"/customer/users/{ann.user_id}"
    etag = api.get(path).headers["ETag"]
    assert api.patch(path, json={"role": "customer"}, headers={"If-Match": etag}).status_code == 200
    for answer in (
        api.patch(path, json={"role": "viewer"}, headers={"If-Match": etag}),
        api.post(f"{path}/disable", headers={"If-Match": etag}),
        api.delete(path, headers={"If-Match": etag}),
    ):
        assert answer.status_code == 412
    assert api.get(path).json()["role"] == "customer"


def test_a_disabled_user_can_not_sign_in_until_enabled(tenancy: Tenancy, stack: Stack) -> None:
    ann, api = tenancy.invite("viewer"), tenancy.admin.api
    assert api.post(f"/customer/users/{ann.user_id}/disable").json()["status"] == "DISABLED"
    with pytest.raises(ClientError, match="disabled"):
        sign_in(stack, ann.email)
    with pytest.raises(ClientError):
        ann.refresh()
    # A token that the gateway has not seen yet is judged at once.
    assert api.post(f"/customer/users/{ann.user_id}/enable").json()["status"] in ("ACTIVE", "INVITED")
    next_second()
    assert ann.sign_in().api.get("/customer/me").status_code == 200


def test_a_reset_password_opens_nothing_any_more(tenancy: Tenancy, stack: Stack) -> None:
    ann = tenancy.invite("viewer")
    ann.api.get("/customer/me")
    before = len(mail_to(stack, ann.email))
    assert tenancy.admin.api.post(f"/customer/users/{ann.user_id}/reset-password").status_code == 200
    with pytest.raises(ClientError, match="PasswordResetRequired"):
        sign_in(stack, ann.email)
    assert len(mail_to(stack, ann.email)) == before + 1


def test_who_was_invited_and_never_came_is_invited_again(tenancy: Tenancy, stack: Stack) -> None:
    email = f"late-{uuid4().hex[:6]}@{tenancy.tenant_id}.example"
    user = tenancy.admin.api.post("/customer/users", json={"email": email, "role": "viewer"}).json()
    assert tenancy.admin.api.post(f"/customer/users/{user['user_id']}/reset-password").status_code == 200
    assert len(mail_to(stack, email)) == 2


def test_a_deleted_user_is_gone_and_the_address_is_free(tenancy: Tenancy, stack: Stack) -> None:
    ann, api = tenancy.invite("customer"), tenancy.admin.api
    assert api.delete(f"/customer/users/{ann.user_id}").status_code == 204
    assert api.get(f"/customer/users/{ann.user_id}").status_code == 404
    assert api.delete(f"/customer/users/{ann.user_id}").status_code == 404
    with pytest.raises(ClientError):
        sign_in(stack, ann.email)
    again = api.post("/customer/users", json={"email": ann.email, "role": "viewer"})
    assert again.status_code == 201
    assert again.json()["user_id"] != ann.user_id


def test_nobody_changes_their_own_standing(tenancy: Tenancy) -> None:
    tenancy.invite("tenant-admin")
    api, path = tenancy.admin.api, f"/customer/users/{tenancy.admin.user_id}"
    for answer in (
        api.patch(path, json={"role": "viewer"}),
        api.post(f"{path}/disable"),
        api.post(f"{path}/reset-password"),
        api.delete(path),
    ):
        assert answer.status_code == 403
    assert api.get(path).json()["role"] == "tenant-admin"


def test_the_last_tenant_admin_stays_even_for_operators(stack: Stack) -> None:
    tenancy = Tenancy(stack)
    path = f"/operator/users/{tenancy.admin.user_id}"
    for answer in (
        tenancy.operator.patch(path, json={"role": "viewer"}),
        tenancy.operator.post(f"{path}/disable"),
        tenancy.operator.delete(path),
    ):
        assert answer.status_code == 409
        assert "last tenant-admin" in answer.json()["detail"]
    tenancy.invite("tenant-admin").api.get("/customer/me")
    assert tenancy.operator.patch(path, json={"role": "viewer"}).status_code == 200


@pytest.mark.parametrize("attempt", range(3))
def test_two_admins_who_demote_each_other_at_once_leave_one(attempt: int, stack: Stack) -> None:
    assert attempt >= 0
    tenancy = Tenancy(stack)
    first, second = tenancy.admin, tenancy.invite("tenant-admin")
    for admin in (first, second):  # both are known, and the functions are warm
        assert admin.api.get("/customer/users").status_code == 200

    def demote(who: httpx.Client, whom: str) -> int:
        return who.patch(f"/customer/users/{whom}", json={"role": "viewer"}).status_code

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(
            threads.map(demote, (first.api, second.api), (second.user_id, first.user_id)),
        )
    assert outcomes == [200, 409]
    admins = tenancy.operator.get("/operator/users", params={"tenant_id": tenancy.tenant_id, "role": "tenant-admin"})
    [left] = admins.json()["items"]
    assert pool_user(stack, left["email"])[0] == {"tenant-admin"}


def test_users_of_another_tenant_look_like_nobody(tenancy: Tenancy, other: Tenancy) -> None:
    stranger, api = other.invite("viewer"), tenancy.admin.api
    path = f"/customer/users/{stranger.user_id}"
    assert api.patch(path, json={"role": "viewer"}).status_code == 404
    assert api.delete(path).status_code == 404
    for action in ("disable", "enable", "reset-password", "sign-out"):
        assert api.post(f"{path}/{action}").status_code == 404
    for reading in (path, f"{path}/sessions"):
        assert api.get(reading).status_code == 404
    assert stranger.email not in api.get("/customer/users").text
    assert stranger.api.get("/customer/me").status_code == 200


def test_an_operator_reads_users_and_an_operator_admin_changes_them(tenancy: Tenancy, stack: Stack) -> None:
    ann, operator = tenancy.invite("viewer"), operator_api(stack, "operator")
    path = f"/operator/users/{ann.user_id}"
    assert operator.get(path).json()["tenant_id"] == tenancy.tenant_id
    assert operator.patch(path, json={"role": "customer"}).status_code == 403
    assert tenancy.operator.patch(path, json={"role": "operator"}).status_code == 400
    assert tenancy.operator.patch(path, json={"role": "customer"}).status_code == 200
    entries = tenancy.admin.api.get("/customer/audit-log", params={"subject": ann.user_id, "action": "user.change"})
    [entry] = entries.json()["items"]
    assert (entry["actor_name"], entry["cross_tenant"]) == ("operator-admin@pulse.example", True)
    assert (entry["before"]["role"], entry["after"]["role"]) == ("viewer", "customer")


def test_an_operator_admin_invites_operators_and_users_of_any_tenant(tenancy: Tenancy, stack: Stack) -> None:
    colleague = f"op-{uuid4().hex[:8]}@pulse.example"
    invited = tenancy.operator.post("/operator/users", json={"email": colleague, "role": "operator"})
    assert (invited.status_code, invited.json()["tenant_id"]) == (201, None)
    assert pool_user(stack, colleague)[0] == {"operator"}
    assert "custom:tenant_id" not in pool_user(stack, colleague)[1]
    wanted = {"email": f"b@{tenancy.tenant_id}.example", "role": "viewer", "tenant_id": tenancy.tenant_id}
    assert tenancy.operator.post("/operator/users", json=wanted).json()["tenant_id"] == tenancy.tenant_id
    refused = tenancy.operator.post("/operator/users", json={**wanted, "tenant_id": "nowhere"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "tenant_id")
    assert tenancy.operator.post("/operator/users", json={**wanted, "role": "operator"}).status_code == 400
    assert tenancy.operator.delete(f"/operator/users/{invited.json()['user_id']}").status_code == 204


def test_who_has_registered_an_authenticator_is_asked_for_its_code(tenancy: Tenancy, stack: Stack) -> None:
    ann, client = tenancy.invite("viewer"), boto3.client("cognito-idp")
    token = sign_in(stack, ann.email)["AccessToken"]
    client.associate_software_token(AccessToken=token)
    client.admin_set_user_mfa_preference(
        UserPoolId=stack.description["user_pool_id"],
        Username=ann.email,
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
    )
    challenge = client.admin_initiate_auth(
        UserPoolId=stack.description["user_pool_id"],
        ClientId=stack.description["client_id"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ann.email, "PASSWORD": PASSWORD},
    )
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_what_pool_and_mirror_disagree_on_is_mended_by_the_same_call_again(tenancy: Tenancy, stack: Stack) -> None:
    """As after a commit that failed when the pool had been told already."""
    client, pool, api = boto3.client("cognito-idp"), stack.description["user_pool_id"], tenancy.admin.api
    lost = f"lost-{uuid4().hex[:6]}@{tenancy.tenant_id}.example"
    attributes = {"email": lost, "custom:tenant_id": tenancy.tenant_id}
    known = client.admin_create_user(
        UserPoolId=pool,
        Username=lost,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )["User"]
    invited = api.post("/customer/users", json={"email": lost, "role": "customer"})
    assert (invited.status_code, invited.json()["user_id"]) == (201, known["Username"])
    assert pool_user(stack, lost)[0] == {"customer"}
    path = f"/customer/users/{known['Username']}"

    client.admin_remove_user_from_group(UserPoolId=pool, Username=lost, GroupName="customer")
    client.admin_add_user_to_group(UserPoolId=pool, Username=lost, GroupName="tenant-admin")
    assert api.patch(path, json={"role": "customer"}).status_code == 200
    assert pool_user(stack, lost)[0] == {"customer"}

    client.admin_disable_user(UserPoolId=pool, Username=lost)
    assert api.post(f"{path}/enable").status_code == 200
    assert pool_user(stack, lost)[2]

    client.admin_delete_user(UserPoolId=pool, Username=lost)
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_somebody_in_the_pool_of_another_tenant_is_not_taken_over(tenancy: Tenancy, stack: Stack) -> None:
    email = f"theirs-{uuid4().hex[:6]}@x.example"
    boto3.client("cognito-idp").admin_create_user(
        UserPoolId=stack.description["user_pool_id"],
        Username=email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "custom:tenant_id", "Value": "somebody-else"}],
    )
    assert tenancy.admin.api.post("/customer/users", json={"email": email, "role": "viewer"}).status_code == 409
    wanted = {"email": email, "role": "operator"}
    assert tenancy.operator.post("/operator/users", json=wanted).status_code == 409
