"""Who am I?"""

from pydantic import BaseModel, Field

from pulse.api.request import principal
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission, Role

routes = Routes("Profile")


class Profile(BaseModel):
    """The caller, as the access token tells."""

    user_id: str
    email: str
    tenant_id: str | None
    roles: list[Role]
    permissions: list[Permission] = Field(description="What the roles allow, taken together")


@routes.get("/customer/me", permission=Permission.READ_PROFILE)
def get_profile() -> Profile:
    """Tell who is calling and what they may do."""
    caller = principal()
    return Profile(
        user_id=caller.user_id,
        email=caller.email,
        tenant_id=caller.tenant_id,
        roles=sorted(caller.roles),
        permissions=sorted(caller.permissions),
    )
