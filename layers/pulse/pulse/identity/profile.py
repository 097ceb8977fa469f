"""Callers as they see themselves."""

from pydantic import Field

from pulse.identity.permissions import Permission, Role
from pulse.identity.principal import Principal
from pulse.models import Model


class Profile(Model):
    """The caller, as the access token or API key tells."""

    user_id: str = Field(description="Of a program `key:` and the id of its API key")
    email: str = Field(description="Of a program the name of its API key")
    tenant_id: str | None = Field(description="Null for operators")
    roles: list[Role]
    scopes: list[Permission] | None = Field(description="What an API key is narrowed to; null for people")
    permissions: list[Permission] = Field(description="What the roles allow, taken together, within the scopes")
    session_id: str | None = Field(description="Null for programs")


def profile_of(caller: Principal) -> Profile:
    """What a caller may know of themselves."""
    return Profile(
        user_id=caller.user_id,
        email=caller.email,
        tenant_id=caller.tenant_id,
        roles=sorted(caller.roles),
        scopes=None if caller.scopes is None else sorted(caller.scopes),
        permissions=sorted(caller.permissions),
        session_id=caller.session_id or None,
    )
