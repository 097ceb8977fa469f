"""Users of the caller's tenant."""

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import Field

from pulse.api.etags import IfMatch
from pulse.api.filters import Order, OrderChoice, Search
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit, bad_cursor
from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Email, Label, Name
from pulse.identity import sessions, users
from pulse.identity.permissions import Permission, Role
from pulse.identity.sessions import SessionList
from pulse.identity.user import User, UserStatus
from pulse.identity.user_store import UserFilter, UserPosition, UserSort
from pulse.identity.users import Invitation
from pulse.models import Input

routes = Routes("Users")
_CURSOR = Cursor(UserPosition)


class TenantRole(StrEnum):
    """What a user of a tenant can be."""

    VIEWER = "viewer"
    CUSTOMER = "customer"
    TENANT_ADMIN = "tenant-admin"


class UserPage(CountedPage[User]):
    """A page of users."""


class InviteUser(Input):
    """Somebody to invite."""

    email: Email = Field(description="Where the temporary password goes; it is what they sign in with")
    name: Label | None = None
    role: TenantRole


class ChangeUser(Input):
    """What to change of a user."""

    role: TenantRole


@routes.get("/customer/users", permission=Permission.READ_USERS)
def list_users(
    q: Search = None,
    role: Annotated[TenantRole | None, Query()] = None,
    status: Annotated[UserStatus | None, Query()] = None,
    sort: Annotated[UserSort, Query(description="Ties are in the order of ids")] = UserSort.EMAIL,
    order: OrderChoice = Order.ASCENDING,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> UserPage:
    """List users."""
    after = _CURSOR.decode(cursor)
    if after is not None and after.sort is not sort:
        raise bad_cursor()
    page = users.list_users(
        principal(),
        UserFilter(q=q, role=Role(role) if role else None, status=status),
        sort=sort,
        descending=order is Order.DESCENDING,
        limit=limit,
        after=after,
        origin=origin(),
    )
    return UserPage(items=page.users, next_cursor=_CURSOR.encode(page.next_position), total=page.total)


@routes.post("/customer/users", permission=Permission.MANAGE_USERS, status=HTTPStatus.CREATED)
def invite_user(body: Annotated[InviteUser, Body()]) -> User:
    """Invite somebody by e-mail.

    They get a temporary password, which they have to change when they first sign in. 409 when the address is taken.
    """
    invitation = Invitation(email=body.email, name=body.name or "", role=Role(body.role))
    return users.invite_user(principal(), invitation, origin=origin())


@routes.get("/customer/users/<user_id>", permission=Permission.READ_USERS)
def get_user(user_id: UUID) -> User:
    """Read a user."""
    return users.get_user(principal(), user_id, origin=origin())


@routes.patch("/customer/users/<user_id>", permission=Permission.MANAGE_USERS, also=(HTTPStatus.CONFLICT,))
def change_user(user_id: UUID, body: Annotated[ChangeUser, Body()], if_match: IfMatch = None) -> User:
    """Give a user another role.

    Their access tokens are outdated at once; a refresh brings the new role. Nobody can change their own role (403),
    and there is always a tenant-admin left (409).
    """
    return users.change_role(principal(), user_id, Role(body.role), if_match=if_match, origin=origin())


@routes.delete("/customer/users/<user_id>", permission=Permission.MANAGE_USERS, also=(HTTPStatus.CONFLICT,))
def delete_user(user_id: UUID, if_match: IfMatch = None) -> None:
    """Delete a user.

    Nobody can delete themselves (403), and there is always a tenant-admin left (409).
    """
    users.delete_user(principal(), user_id, if_match=if_match, origin=origin())


@routes.post("/customer/users/<user_id>/disable", permission=Permission.MANAGE_USERS)
def disable_user(user_id: UUID, if_match: IfMatch = None) -> User:
    """Disable a user: within a minute they are let in nowhere.

    Nobody can disable themselves (403), and there is always a tenant-admin left (409).
    """
    return users.disable_user(principal(), user_id, if_match=if_match, origin=origin())


@routes.post("/customer/users/<user_id>/enable", permission=Permission.MANAGE_USERS)
def enable_user(user_id: UUID, if_match: IfMatch = None) -> User:
    """Enable a user who was disabled."""
    return users.enable_user(principal(), user_id, if_match=if_match, origin=origin())


@routes.post("/customer/users/<user_id>/reset-password", permission=Permission.MANAGE_USERS)
def reset_password(user_id: UUID) -> User:
    """Have a user choose another password, with a code that is sent to them.

    Their sessions end. Who has not signed in yet is sent a new invitation instead.
    """
    return users.reset_password(principal(), user_id, origin=origin())


@routes.get("/customer/users/<user_id>/sessions", permission=Permission.READ_USERS)
def list_sessions(user_id: UUID) -> SessionList:
    """List where a user is signed in, the last used session first."""
    return sessions.list_sessions(principal(), user_id, origin=origin())


@routes.delete("/customer/users/<user_id>/sessions/<session_id>", permission=Permission.MANAGE_USERS)
def end_session(user_id: UUID, session_id: Name) -> None:
    """End a session of a user, within a minute."""
    sessions.end_session(principal(), user_id, session_id, origin=origin())


@routes.post("/customer/users/<user_id>/sign-out", permission=Permission.MANAGE_USERS, status=HTTPStatus.NO_CONTENT)
def sign_out_user(user_id: UUID) -> None:
    """End all sessions of a user, within a minute."""
    sessions.sign_out_user(principal(), user_id, origin=origin())
