"""The user pool, which is the truth about who may sign in. Every call here may be repeated."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pulse.errors import ConflictError, FieldError, InvalidInputError, UnavailableError
from pulse.identity.permissions import Role
from pulse.logging import logger
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

_TENANT_ATTRIBUTE: Final = "custom:tenant_id"


class PoolUser(NamedTuple):
    """A user as the pool knows them; `username` is what its interface calls them by."""

    username: str
    user_id: UUID
    tenant_id: str | None


def find_user(username_or_email: str) -> PoolUser | None:
    """The user of that name or address; None when there is none. Raises UnavailableError."""
    with _translated():
        try:
            answer = _client().admin_get_user(UserPoolId=_pool(), Username=username_or_email)
        except _client().exceptions.UserNotFoundException:
            return None
    return _read(answer["Username"], {item["Name"]: item.get("Value", "") for item in answer["UserAttributes"]})


def create_user(email: str, *, name: str, tenant_id: str | None) -> PoolUser:
    """Enter a user who has no role yet and is told nothing yet (`send_invitation` does).

    Raises ConflictError when the address is taken, InvalidInputError when the pool finds it no address,
    UnavailableError.
    """
    attributes = {"email": email, "email_verified": "true"}
    if name:
        attributes["name"] = name
    if tenant_id is not None:
        attributes[_TENANT_ATTRIBUTE] = tenant_id
    with _translated():
        try:
            user = _client().admin_create_user(
                UserPoolId=_pool(),
                Username=email,
                MessageAction="SUPPRESS",
                UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
            )["User"]
        except _client().exceptions.UsernameExistsException as error:
            message = f"somebody has an account with the address {email} already"
            raise ConflictError(message) from error
        except _client().exceptions.InvalidParameterException as error:
            reason = "is not an e-mail address that an invitation can be sent to"
            message = f"email {reason}"
            raise InvalidInputError(message, errors=(FieldError("email", reason),)) from error
    return _read(user["Username"], {item["Name"]: item.get("Value", "") for item in user["Attributes"]})


def send_invitation(email: str) -> None:
    """Send a new temporary password to somebody who has never signed in; it is valid for 7 days."""
    with _translated():
        _client().admin_create_user(
            UserPoolId=_pool(), Username=email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
        )


def put_in_role(username: str, role: Role) -> None:
    """Make it the user's only role."""
    with _translated():
        answer = _client().admin_list_groups_for_user(UserPoolId=_pool(), Username=username, Limit=60)
        groups = {group["GroupName"] for group in answer["Groups"]}
        if role.value not in groups:
            _client().admin_add_user_to_group(UserPoolId=_pool(), Username=username, GroupName=role.value)
        for other in Role:
            if other is not role and other.value in groups:
                _client().admin_remove_user_from_group(UserPoolId=_pool(), Username=username, GroupName=other.value)


def disable_user(username: str) -> None:
    """Let nobody sign in or refresh under that name."""
    with _translated():
        _client().admin_disable_user(UserPoolId=_pool(), Username=username)


def enable_user(username: str) -> None:
    """Let them sign in again."""
    with _translated():
        _client().admin_enable_user(UserPoolId=_pool(), Username=username)


def sign_out(username: str) -> None:
    """End every session: no refresh token issued until now is worth anything."""
    with _translated():
        _client().admin_user_global_sign_out(UserPoolId=_pool(), Username=username)


def reset_password(username: str) -> None:
    """Have the user choose another password, with a code that is sent to them."""
    with _translated():
        _client().admin_reset_user_password(UserPoolId=_pool(), Username=username)


def delete_user(username: str) -> None:
    """Remove a user; one who isn't there is removed already."""
    with _translated():
        try:
            _client().admin_delete_user(UserPoolId=_pool(), Username=username)
        except _client().exceptions.UserNotFoundException:
            logger.info("user_deleted_before", username=username)


@contextmanager
def _translated() -> Iterator[None]:
    """What the pool refuses for the state that the user is in is a conflict; anything else is an outage."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        if code in ("UserNotFoundException", "UnsupportedUserStateException", "NotAuthorizedException"):
            message = "the user directory does not allow this in the state that the user is in"
            raise ConflictError(message) from error
        logger.exception("user_pool_failed", code=code)
        message = "the user directory does not answer; try again in a moment"
        raise UnavailableError(message) from error


def _read(username: str, attributes: dict[str, str]) -> PoolUser:
    return PoolUser(username, UUID(attributes["sub"]), attributes.get(_TENANT_ATTRIBUTE) or None)


def _pool() -> str:
    return str(settings().require("user_pool_id").user_pool_id)


@cache
def _client() -> "CognitoIdentityProviderClient":
    # Calls are made while a row of the database is locked.
    config = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2})
    return boto3.client("cognito-idp", config=config)
