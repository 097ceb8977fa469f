"""A tenant and its people as an operator makes them: through the deployed API, with invitations that are taken up."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import boto3
import httpx

from tests.integration.stack import Stack, wait_for

PASSWORD = "Correct-Horse-7-Battery"


@dataclass(slots=True)
class Person:
    """Somebody who was invited; `api` is the deployed API as they see it, after `sign_in`."""

    stack: Stack
    email: str
    user_id: str
    api: httpx.Client = field(init=False)
    refresh_token: str = ""

    def sign_in(self, password: str = PASSWORD) -> "Person":
        """Sign in anew; the API is asked with this session's token from now on."""
        tokens = sign_in(self.stack, self.email, password)
        self.refresh_token = tokens["RefreshToken"]
        self.api = self.stack.api_with(tokens["AccessToken"])
        return self

    def refresh(self) -> "Person":
        """Get another access token of the same session."""
        answer = boto3.client("cognito-idp").admin_initiate_auth(
            UserPoolId=self.stack.description["user_pool_id"],
            ClientId=self.stack.description["client_id"],
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": self.refresh_token},
        )
        self.api = self.stack.api_with(answer["AuthenticationResult"]["AccessToken"])
        return self


class Tenancy:
    """A fresh tenant, made by an operator-admin, whose first administrator has signed in."""

    def __init__(self, stack: Stack, **changes: Any) -> None:
        self.stack = stack
        self.tenant_id = f"tenant-{uuid4().hex[:12]}"
        self.operator = operator_api(stack, "operator-admin")
        email = f"admin@{self.tenant_id}.example"
        wanted = {"tenant_id": self.tenant_id, "name": "Test tenant", "admin": {"email": email}, **changes}
        answer = self.operator.post("/operator/tenants", json=wanted)
        assert answer.status_code == 201, answer.text
        [admin] = self.operator.get("/operator/users", params={"tenant_id": self.tenant_id}).json()["items"]
        self.admin = self._take_up(email, admin["user_id"])

    def invite(self, role: str, name: str | None = None) -> Person:
        """Somebody with that role who has signed in for the first time."""
        email = f"{name or uuid4().hex[:8]}@{self.tenant_id}.example"
        answer = self.admin.api.post("/customer/users", json={"email": email, "role": role})
        assert answer.status_code == 201, answer.text
        return self._take_up(email, answer.json()["user_id"])

    def _take_up(self, email: str, user_id: str) -> Person:
        boto3.client("cognito-idp").admin_set_user_password(
            UserPoolId=self.stack.description["user_pool_id"], Username=email, Password=PASSWORD, Permanent=True
        )
        return Person(self.stack, email, user_id).sign_in()


def sign_in(stack: Stack, email: str, password: str = PASSWORD) -> dict[str, str]:
    """The tokens of a new session."""
    answer = boto3.client("cognito-idp").admin_initiate_auth(
        UserPoolId=stack.description["user_pool_id"],
        ClientId=stack.description["client_id"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return {name: str(value) for name, value in answer["AuthenticationResult"].items()}


def operator_api(stack: Stack, role: str) -> httpx.Client:
    """The deployed API as a demo operator sees it."""
    person = next(person for person in stack.description["operator"] if person["role"] == role)
    return stack.api_with(stack.token(person))


def mail_to(stack: Stack, address: str) -> list[dict[str, Any]]:
    """What the pool has sent to an address, the oldest first."""
    base = stack.description["api_url"].split("/_aws")[0]
    sent = httpx.get(f"{base}/_ministack/ses/messages", timeout=60).json()["messages"]
    return [message for account in sent.values() for message in account if address in message["To"]]


def wait_for_mail(stack: Stack, address: str) -> dict[str, Any]:
    """The newest message to an address."""
    return wait_for(lambda: mail_to(stack, address), what=f"mail to {address}")[-1]


def next_second() -> None:
    """Wait until tokens tell another time: they have whole seconds."""
    now = time.time()
    time.sleep(1 - now % 1 + 0.05)
