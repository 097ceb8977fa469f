"""Callers as they see themselves."""

from pydantic import Field

from pulse.identity.permissions import Permission, Role
from pulse.identity.principal import Origin, Principal
from pulse.models import Model
from pulse.operations.audit import audited_operator_session


class Profile(Model):
    """The caller, as the access token or API key tells."""

    user_id: str = Field(description="Of a program `key:` and the id of its API key")
    email: str = Field(description="Of a program the name of its API key")
    tenant_id: str | None = Field(description="Null for operators")
    roles: list[Role]
    scopes: list[Permission] | None = Field(description="What an API key is narrowed to; null for people")
    permissions: list[Permission] = Field(description="What the roles allow, taken together, within the scopes")
    session_id: str | None = Field(description="Null for programs")


def look_at_own_profile(caller: Principal, *, origin: Origin) -> Profile:
    """What an operator may know of themselves; as every look of theirs it is noted. Raises NotPermittedError."""
    with audited_operator_session(
        caller, Permission.OPERATOR_READ_PROFILE, action="profile.read", origin=origin, subject=caller.user_id
    ):
        return profile_of(caller)


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
