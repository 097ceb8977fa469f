"""`make token`: an access token of a demo user, for curl."""

from local import aws, stack_file
from local.errors import LocalError
from local.instance import Instance


def fetch_access_token(instance: Instance, email: str | None) -> str:
    """Sign in; without an address, as the tenant-admin of the first tenant. Raises LocalError for a stranger."""
    stack = stack_file.read(instance)
    people = (*stack.users, *stack.operators)
    person = next(
        (person for person in people if (person["email"] == email if email else person["role"] == "tenant-admin")),
        None,
    )
    if person is None:
        message = f"There is no {email}; there are {', '.join(person['email'] for person in people)}."
        raise LocalError(message)
    answer = aws.cognito(instance).admin_initiate_auth(
        UserPoolId=stack.user_pool_id,
        ClientId=stack.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person["email"], "PASSWORD": person["password"]},
    )
    return answer["AuthenticationResult"]["AccessToken"]
