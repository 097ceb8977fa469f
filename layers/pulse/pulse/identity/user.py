"""Users as people see them, and the rules of administering them."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from pulse.errors import ConflictError, FieldError, InvalidInputError, NotPermittedError
from pulse.identity.permissions import Role
from pulse.versions import Versioned


class UserStatus(StrEnum):
    """INVITED until the first sign-in. DISABLED and DELETED users are let in nowhere; the latter are not shown."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"
    DELETED = "DELETED"


class User(Versioned):
    """Someone who signs in."""

    user_id: UUID
    email: str
    name: str
    tenant_id: str | None = Field(description="Null for operators")
    role: Role
    status: UserStatus
    is_federated: bool = Field(description="Signs in through the organisation's own identity provider")
    created_at: datetime
    last_seen_at: datetime | None = Field(description="Null before the first call")


class Administrator(NamedTuple):
    """A tenant-admin of one tenant, or an operator-admin, as the rule of the last one sees them."""

    user_id: UUID
    status: UserStatus


def administrator_role(tenant_id: str | None) -> Role:
    """The role that administers a tenant's users, or the operators."""
    return Role.OPERATOR_ADMIN if tenant_id is None else Role.TENANT_ADMIN


def require_somebody_else(user_id: UUID, actor_id: str) -> None:
    """Raise NotPermittedError when somebody would change their own standing."""
    if str(user_id) == actor_id:
        message = "you can't do this to your own account; ask another administrator"
        raise NotPermittedError(message)


def require_another_administrator(user: User, others: Iterable[Administrator]) -> None:
    """Raise ConflictError when without this user nobody would be left to administer the tenant, or the operators.

    Who has signed in counts; an invitation counts only beside another invitation.
    """
    if user.role is not administrator_role(user.tenant_id):
        return
    counting = {UserStatus.ACTIVE: {UserStatus.ACTIVE}, UserStatus.INVITED: {UserStatus.ACTIVE, UserStatus.INVITED}}
    enough = counting.get(user.status)
    if enough is not None and not any(other.status in enough for other in others if other.user_id != user.user_id):
        message = f"this is the last {user.role.value}; give somebody else that role first"
        raise ConflictError(message)


def require_fitting_role(role: Role, tenant_id: str | None) -> None:
    """Raise InvalidInputError for an operator's role within a tenant, and the other way round."""
    if role.is_of_operators != (tenant_id is None):
        where = "an operator" if tenant_id is None else "a tenant's user"
        message = f"{where} can't have the role {role.value}"
        raise InvalidInputError(message, errors=(FieldError("role", message),))
