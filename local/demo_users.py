"""The demo's people in the user pool, with passwords of this machine's own."""

import json
import secrets
import string
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from local import aws
from local.demo_fleet import USERS, DemoUser
from local.instance import Instance

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in; `user_id` is the pool's `sub`."""

    user: DemoUser
    user_id: UUID
    password: str


def ensure_users(instance: Instance, user_pool_id: str) -> list[Account]:
    """Have every demo user in the pool, in its group, with its password; users that exist are left as they are."""
    passwords = _read_passwords(instance)
    accounts = []
    for user in USERS:
        known = passwords.get(user.email)
        password = known or _new_password()
        user_id = _find(instance, user_pool_id, user.email)
        if user_id is None:
            user_id = _create(instance, user_pool_id, user, password)
        elif known is None:
            _set_password(instance, user_pool_id, user.email, password)
        passwords[user.email] = password
        accounts.append(Account(user, user_id, password))
    _write_passwords(instance, passwords)
    return accounts


def _find(instance: Instance, user_pool_id: str, email: str) -> UUID | None:
    client = aws.cognito(instance)
    try:
        attributes = client.admin_get_user(UserPoolId=user_pool_id, Username=email)["UserAttributes"]
    except client.exceptions.UserNotFoundException:
        return None
    return _user_id({attribute["Name"]: attribute.get("Value", "") for attribute in attributes})


def _create(instance: Instance, user_pool_id: str, user: DemoUser, password: str) -> UUID:
    client = aws.cognito(instance)
    attributes = {"email": user.email, "email_verified": "true"}
    if user.tenant_id is not None:
        attributes["custom:tenant_id"] = user.tenant_id
    answer = client.admin_create_user(
        UserPoolId=user_pool_id,
        Username=user.email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
    _set_password(instance, user_pool_id, user.email, password)
    client.admin_add_user_to_group(UserPoolId=user_pool_id, Username=user.email, GroupName=user.role.value)
    return _user_id({item["Name"]: item.get("Value", "") for item in answer["User"]["Attributes"]})


def _set_password(instance: Instance, user_pool_id: str, email: str, password: str) -> None:
    aws.cognito(instance).admin_set_user_password(
        UserPoolId=user_pool_id, Username=email, Password=password, Permanent=True
    )


def _user_id(attributes: dict[str, str]) -> UUID:
    return UUID(attributes["sub"])


def _new_password() -> str:
    """Sixteen characters with each kind that the pool's policy asks for."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(13)) + "".join(
        secrets.choice(kind) for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    )


def _read_passwords(instance: Instance) -> dict[str, str]:
    file = _passwords_file(instance)
    if not file.exists():
        return {}
    passwords: dict[str, str] = json.loads(file.read_text())
    return passwords


def _write_passwords(instance: Instance, passwords: dict[str, str]) -> None:
    file = _passwords_file(instance)
    file.touch(mode=0o600)
    file.write_text(json.dumps(passwords, indent=2))


def _passwords_file(instance: Instance) -> Path:
    return instance.folder / "users.password"
