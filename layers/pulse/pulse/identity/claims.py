"""What the pool's trigger adds to an access token: tenant, e-mail and roles.

A refresh may come without attributes and groups, and a token without them would be one of nobody; they are then
read from the pool. Roles are a claim of their own beside the groups: the local emulator does not read an override
of the groups where Cognito does, while a custom claim arrives on both.

Who signs in by password has tenant and roles from here: `custom:tenant_id`, which nobody can write through the
application, and the pool's groups. Who comes from an identity provider has them from there: attributes that are
written at each sign-in and mean nothing on an account with a password.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

from pulse.identity.permissions import Role, known_roles
from pulse.settings import settings

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

_TENANT: Final = "custom:tenant_id"
_FEDERATED_TENANT: Final = "custom:federated_tenant"
_FEDERATED_GROUPS: Final = "custom:federated_groups"
_STATUS: Final = "cognito:user_status"


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
    if attributes.get(_STATUS) == "EXTERNAL_PROVIDER":
        return {"accessTokenGeneration": {"claimsToAddOrOverride": _federated_claims(attributes)}}
    if not groups:
        groups = _read_groups(event["userPoolId"], event["userName"])
        details["groupOverrideDetails"] = {"groupsToOverride": groups}
    claims = _claims(attributes, attributes.get(_TENANT), known_roles(groups))
    return {**details, "accessTokenGeneration": {"claimsToAddOrOverride": claims}}


def _federated_claims(attributes: Mapping[str, str]) -> dict[str, Any]:
    roles = settings().group_roles
    named = [roles[group] for group in _groups(attributes.get(_FEDERATED_GROUPS, "")) if group in roles]
    claims = _claims(attributes, attributes.get(_FEDERATED_TENANT), known_roles(named))
    return {**claims, "federated": True}


def _claims(attributes: Mapping[str, str], tenant_id: str | None, roles: frozenset[Role]) -> dict[str, Any]:
    """Roles of operators are for those without a tenant, the others for those with one."""
    claims: dict[str, Any] = {"roles": sorted(role for role in roles if role.is_of_operators == (not tenant_id))}
    if tenant_id:
        claims["tenant_id"] = tenant_id
    if attributes.get("email"):
        claims["email"] = attributes["email"]
    return claims


def _groups(text: str) -> list[str]:
    """The groups in an attribute: Cognito writes a list of several as `[one, two]`, and one as it is."""
    return [group.strip() for group in text.strip().removeprefix("[").removesuffix("]").split(",") if group.strip()]


def _read_attributes(user_pool_id: str, username: str) -> dict[str, str]:
    user = _client().admin_get_user(UserPoolId=user_pool_id, Username=username)
    attributes = {attribute["Name"]: attribute.get("Value", "") for attribute in user["UserAttributes"]}
    return {**attributes, _STATUS: user["UserStatus"]}


def _read_groups(user_pool_id: str, username: str) -> list[str]:
    answer = _client().admin_list_groups_for_user(UserPoolId=user_pool_id, Username=username, Limit=60)
    return [group["GroupName"] for group in answer["Groups"]]


@cache
def _client() -> "CognitoIdentityProviderClient":
    # The pool waits five seconds for its trigger, and no longer.
    config = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2})
    return boto3.client("cognito-idp", config=config)
