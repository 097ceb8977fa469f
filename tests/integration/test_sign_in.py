"""Signing in as people do: on the pool's own page, with authorization code and PKCE."""

import base64
import re
import secrets
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from tests.integration.stack import Stack
from tests.integration.tenancy import PASSWORD, Tenancy, wait_for_mail

CALLBACK = "http://localhost:5173/app/sign-in/callback"


class SignInPage:
    """The pool's page and its token endpoint, as a browser and the application in it use them."""

    def __init__(self, stack: Stack) -> None:
        self._client_id = stack.description["client_id"]
        self._http = httpx.Client(base_url=stack.description["api_url"].split("/_aws")[0], timeout=90)
        self.verifier = secrets.token_urlsafe(48)

    def close(self) -> None:
        self._http.close()

    def authorize(self, **changes: str) -> httpx.Response:
        """Ask for the page."""
        challenge = base64.urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        wanted = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid email profile",
            "state": "state-1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return self._http.get("/oauth2/authorize", params={**wanted, **changes})

    def sign_in(self, email: str, password: str = PASSWORD) -> str:
        """Fill in the form; return the code that the application is handed."""
        page = self.authorize()
        assert page.status_code == 200, page.text
        hidden = _hidden_in(page)
        return self.code_in(self._http.post("/login", data={**hidden, "username": email, "password": password}))

    def sign_in_first(self, email: str, temporary: str, chosen: str) -> httpx.Response:
        """Fill in the form with a temporary password, and the one that asks for another; return what comes of it."""
        hidden = _hidden_in(self.authorize())
        page = self._http.post("/login", data={**hidden, "username": email, "password": temporary})
        assert page.status_code == 200, page.headers
        chosen_twice = {"new_password": chosen, "confirm_password": chosen}
        return self._http.post("/login", data={**_hidden_in(page), **chosen_twice})

    def code_in(self, answer: httpx.Response) -> str:
        """The code that the application is handed."""
        assert answer.status_code in (302, 303), answer.text
        returned = parse_qs(urlsplit(answer.headers["location"]).query)
        assert answer.headers["location"].startswith(CALLBACK)
        assert returned["state"] == ["state-1"]
        return returned["code"][0]

    def token(self, **grant: str) -> httpx.Response:
        """Ask for tokens."""
        return self._http.post("/oauth2/token", data={"client_id": self._client_id, **grant})

    def exchange(self, code: str, verifier: str | None = None) -> httpx.Response:
        """Exchange a code for tokens."""
        return self.token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=CALLBACK,
            code_verifier=verifier or self.verifier,
        )


def _hidden_in(page: httpx.Response) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))


@pytest.fixture(scope="module")
def tenancy(stack: Stack) -> Tenancy:
    return Tenancy(stack)


@pytest.fixture
def page(stack: Stack) -> Iterator[SignInPage]:
    page = SignInPage(stack)
    yield page
    page.close()


def test_a_code_becomes_a_session_in_the_tenant(page: SignInPage, tenancy: Tenancy, stack: Stack) -> None:
    ann = tenancy.invite("customer")
    tokens = page.exchange(page.sign_in(ann.email)).json()
    profile = stack.api_with(tokens["access_token"]).get("/customer/me").json()
    assert (profile["email"], profile["tenant_id"], profile["roles"]) == (ann.email, tenancy.tenant_id, ["customer"])


def test_a_temporary_password_opens_nothing_but_the_choice_of_another(
    page: SignInPage, tenancy: Tenancy, stack: Stack
) -> None:
    email = f"bo-{uuid4().hex[:8]}@{tenancy.tenant_id}.example"
    tenancy.admin.api.post("/customer/users", json={"email": email, "role": "viewer"}).raise_for_status()
    temporary = re.findall(r"temporary password is (\S+)\.", wait_for_mail(stack, email)["BodyText"])[0]
    weak = page.sign_in_first(email, temporary, "short")
    assert "location" not in weak.headers
    tokens = page.exchange(page.code_in(page.sign_in_first(email, temporary, PASSWORD))).json()
    assert stack.api_with(tokens["access_token"]).get("/customer/me").json()["email"] == email
    assert page.exchange(page.sign_in(email)).status_code == 200


def test_a_refresh_keeps_tenant_roles_and_session(page: SignInPage, tenancy: Tenancy, stack: Stack) -> None:
    tokens = page.exchange(page.sign_in(tenancy.admin.email)).json()
    before = stack.api_with(tokens["access_token"]).get("/customer/me").json()
    again = page.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    assert stack.api_with(again["access_token"]).get("/customer/me").json() == before


def test_a_stolen_code_is_worth_nothing_without_its_verifier(page: SignInPage, tenancy: Tenancy) -> None:
    code = page.sign_in(tenancy.admin.email)
    assert page.exchange(code, verifier=secrets.token_urlsafe(48)).status_code == 400


def test_a_code_is_good_once(page: SignInPage, tenancy: Tenancy) -> None:
    code = page.sign_in(tenancy.admin.email)
    assert page.exchange(code).status_code == 200
    assert page.exchange(code).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://attacker.example/callback"},
        {"client_id": "somebody-else"},
        {"scope": "openid aws.cognito.signin.user.admin"},
    ],
)
def test_the_page_sends_nobody_elsewhere_and_grants_no_more(changes: dict[str, str], page: SignInPage) -> None:
    answer = page.authorize(**changes)
    assert answer.status_code >= 400 or "error=" in answer.headers.get("location", "")


def test_a_token_of_the_page_can_not_change_its_users_attributes(
    page: SignInPage, tenancy: Tenancy, stack: Stack
) -> None:
    assert stack.outputs
    tokens = page.exchange(page.sign_in(tenancy.admin.email)).json()
    with pytest.raises(ClientError):
        boto3.client("cognito-idp").update_user_attributes(
            AccessToken=tokens["access_token"],
            UserAttributes=[{"Name": "custom:tenant_id", "Value": "acme-cold-chain"}],
        )
