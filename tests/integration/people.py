"""People of a tenant that a test made, in the deployed user pool."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import httpx

from tests.integration.stack import Stack

_PASSWORD = "Correct-Horse-7-Battery"


@contextmanager
def person(stack: Stack, role: str, tenant_id: str, name: str = "someone") -> Iterator[httpx.Client]:
    """The deployed API as seen by a new person with that role in that tenant, who is gone afterwards."""
    pool, client = stack.description["user_pool_id"], boto3.client("cognito-idp")
    email = f"{name}@{tenant_id}.example"
    client.admin_create_user(
        UserPoolId=pool,
        Username=email,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "custom:tenant_id", "Value": tenant_id},
        ],
    )
    client.admin_set_user_password(UserPoolId=pool, Username=email, Password=_PASSWORD, Permanent=True)
    client.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=role)
    token = stack.token({"email": email, "password": _PASSWORD})
    with httpx.Client(
        base_url=stack.description["api_url"], headers={"Authorization": f"Bearer {token}"}, timeout=90
    ) as api:
        yield api
    client.admin_delete_user(UserPoolId=pool, Username=email)
