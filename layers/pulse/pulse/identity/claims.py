"""What the pool's trigger adds to an access token: tenant, e-mail and roles.

A refresh may come without attributes and groups, and a token without them would be one of nobody; they are then
read from the pool. Roles are a claim of their own beside the groups: the local emulator does not read an override
of the groups where Cognito does, while a custom claim arrives on both.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from pulse.identity.permissions import known_roles

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

_TENANT_ATTRIBUTE = "custom:tenant_id"


def override_details(event: Mapping[str, Any]) -> dict[str, Any]:
    """The `claimsAndScopeOverrideDetails` for a pre-token event of version 2.

    Raises botocore's errors when the pool can't be asked: better no token than one without a tenant.
    """
    request = event["request"]
    attributes = request.get("userAttributes") or {}
    groups = (request.get("groupConfiguration") or {}).get("groupsToOverride") or []
    details: dict[str, Any] = {}
    if not attributes:
        attributes = _read_attributes(event["userPoolId"], event["userName"])
    if not groups:
        groups = _read_groups(event["userPoolId"], event["userName"])
        details["groupOverrideDetails"] = {"groupsToOverride": groups}
    claims: dict[str, Any] = {"roles": sorted(known_roles(groups))}
    if attributes.get(_TENANT_ATTRIBUTE):
        claims["tenant_id"] = attributes[_TENANT_ATTRIBUTE]
    if attributes.get("email"):
        claims["email"] = attributes["email"]
    return {**details, "accessTokenGeneration": {"claimsToAddOrOverride": claims}}


def _read_attributes(user_pool_id: str, username: str) -> dict[str, str]:
    user = _client().admin_get_user(UserPoolId=user_pool_id, Username=username)
    return {attribute["Name"]: attribute.get("Value", "") for attribute in user["UserAttributes"]}


def _read_groups(user_pool_id: str, username: str) -> list[str]:
    answer = _client().admin_list_groups_for_user(UserPoolId=user_pool_id, Username=username, Limit=60)
    return [group["GroupName"] for group in answer["Groups"]]


@cache
def _client() -> "CognitoIdentityProviderClient":
    # The pool waits five seconds for its trigger, and no longer.
    config = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2})
    return boto3.client("cognito-idp", config=config)
