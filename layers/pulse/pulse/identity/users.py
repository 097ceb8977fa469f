"""Administering users: the pool is the truth about who may sign in, the mirror in the database follows in the same
breath.

A change locks the user's row, writes mirror and audit entry, tells the pool, and commits last. So when the database
or the audit log refuses, the pool was not told; when the pool refuses, the mirror is rolled back. What is left is a
commit that fails after the pool was told: pool and mirror then differ until the same call is made again, which the
caller, who was answered 503, has every reason to do. Each call to the pool may be repeated, and an invitation finds
the user whom the pool knows already and the mirror doesn't.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from pulse import clock
from pulse.errors import ConflictError
from pulse.identity import user_pool, user_store
from pulse.identity.permissions import Role
from pulse.identity.principal import Origin, Principal
from pulse.identity.reach import MANAGE_USERS, SEE_USERS, Reach, reaching
from pulse.identity.user import (
    User,
    UserStatus,
    require_another_administrator,
    require_fitting_role,
    require_somebody_else,
)
from pulse.identity.user_pool import PoolUser
from pulse.identity.user_store import StoredUser, UserFilter, UserPosition, UserSort
from pulse.operations.audit import record_change
from pulse.tenants.registry import require_tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who is invited as what. `tenant_id` is for operators to say; a tenant-admin invites into their own tenant."""

    email: str
    name: str
    role: Role
    tenant_id: str | None = None


class UserList(NamedTuple):
    """A page, where the next one starts (None after the last), and how long the whole list is."""

    users: list[User]
    next_position: UserPosition | None
    total: int


def list_users(
    actor: Principal,
    wanted: UserFilter,
    *,
    sort: UserSort,
    descending: bool,
    limit: int,
    after: UserPosition | None,
    origin: Origin,
) -> UserList:
    """A page of the users that the actor may see, following `after`. Raises NotPermittedError."""
    with reaching(actor, SEE_USERS, action="users.list", origin=origin, tenant_id=wanted.tenant_id) as reach:
        users, total = user_store.list_users(
            reach.connection,
            wanted._replace(tenant_id=reach.tenant_id or wanted.tenant_id),
            sort=sort,
            descending=descending,
            limit=limit,
            after=after,
        )
    page = users[:limit]
    return UserList(page, user_store.position_of(page[-1], sort) if len(users) > limit else None, total)


def get_user(actor: Principal, user_id: UUID, *, origin: Origin) -> User:
    """One user. Raises NotPermittedError, NotFoundError."""
    with reaching(actor, SEE_USERS, action="users.get", origin=origin, subject=str(user_id)) as reach:
        return user_store.get_user(reach.connection, reach.tenant_id, user_id)


def invite_user(actor: Principal, invitation: Invitation, *, origin: Origin) -> User:
    """Enter a user and send them a temporary password.

    Raises NotPermittedError, InvalidInputError, for a tenant that doesn't exist as well, ConflictError when the address
    is taken, UnavailableError.
    """
    with reaching(
        actor,
        MANAGE_USERS,
        action="users.invite",
        origin=origin,
        subject=invitation.email,
        tenant_id=invitation.tenant_id,
        write=True,
    ) as reach:
        tenant_id = reach.tenant_id or invitation.tenant_id
        if tenant_id is not None:
            require_tenant(reach.connection, tenant_id)
        return enter_user(actor, reach, invitation, tenant_id, origin=origin)


def enter_user(
    actor: Principal, reach: Reach, invitation: Invitation, tenant_id: str | None, *, origin: Origin
) -> User:
    """Invite a user within a transaction that is open.

    The invitation goes out last: somebody whom the mirror or the audit log could not take is told nothing, and is
    taken out of the pool again. Raises InvalidInputError, ConflictError, UnavailableError.
    """
    require_fitting_role(invitation.role, tenant_id)
    email = invitation.email.lower()
    entered, is_new = _enter_into_pool(reach, email, invitation.name, tenant_id)
    try:
        user = user_store.insert_user(
            reach.connection,
            {
                "user_id": entered.user_id,
                "username": entered.username,
                "tenant_id": tenant_id,
                "email": email,
                "name": invitation.name,
                "role": invitation.role,
            },
        )
        record_change(
            reach.connection,
            actor=actor,
            origin=origin,
            tenant_id=tenant_id,
            action="user.invite",
            subject=str(user.user_id),
            after={"email": email, "name": invitation.name, "role": invitation.role},
        )
        user_pool.put_in_role(entered.username, invitation.role)
        user_pool.send_invitation(email)
    except BaseException:
        if is_new:
            user_pool.delete_user(entered.username)
        raise
    return user


def _enter_into_pool(reach: Reach, email: str, name: str, tenant_id: str | None) -> tuple[PoolUser, bool]:
    """The user in the pool, and whether they were entered now; one whom the mirror has lost is found again."""
    try:
        return user_pool.create_user(email, name=name, tenant_id=tenant_id), True
    except ConflictError:
        known = user_pool.find_user(email)
        if known is None or known.tenant_id != tenant_id or user_store.is_known(reach.connection, known.user_id):
            raise
        return known, False


def change_role(actor: Principal, user_id: UUID, role: Role, *, if_match: int | None, origin: Origin) -> User:
    """Give a user another role. It holds at once: tokens with the old one are outdated, a refresh brings the new.

    Raises NotPermittedError, for one's own role as well, NotFoundError, StaleVersionError, InvalidInputError for a
    role of the other plane, ConflictError for the last administrator and for federated users, UnavailableError.
    """
    with _changing(actor, user_id, "users.change_role", if_match, origin) as change:
        require_fitting_role(role, change.user.tenant_id)
        change.require_not_federated("the role comes from")
        if role is not change.user.role:
            change.note("user.change_role", role=role)
        user_pool.put_in_role(change.username, role)
        return change.outdate_tokens()


def disable_user(actor: Principal, user_id: UUID, *, if_match: int | None, origin: Origin) -> User:
    """Let a user in nowhere until they are enabled again; their sessions end.

    Raises NotPermittedError, for oneself as well, NotFoundError, StaleVersionError, ConflictError for the last
    administrator, UnavailableError.
    """
    with _changing(actor, user_id, "users.disable", if_match, origin) as change:
        if change.user.status is not UserStatus.DISABLED:
            change.note("user.disable", status=UserStatus.DISABLED)
        change.end_sessions()
        user_pool.disable_user(change.username)
        return change.outdate_tokens()


def enable_user(actor: Principal, user_id: UUID, *, if_match: int | None, origin: Origin) -> User:
    """Let a disabled user in again. Raises as `disable_user`."""
    with _changing(actor, user_id, "users.enable", if_match, origin) as change:
        if change.user.status is UserStatus.DISABLED:
            has_signed_in = change.user.last_seen_at is not None
            change.note("user.enable", status=UserStatus.ACTIVE if has_signed_in else UserStatus.INVITED)
        user_pool.enable_user(change.username)
        return change.current()


def reset_password(actor: Principal, user_id: UUID, *, origin: Origin) -> User:
    """Have a user choose another password, by a code that is sent to them; their sessions end.

    Who has not signed in yet is invited again. Raises NotPermittedError, for oneself as well, NotFoundError,
    ConflictError for federated users, UnavailableError.
    """
    with _changing(actor, user_id, "users.reset_password", None, origin) as change:
        change.require_not_federated("the password is kept by")
        change.note("user.reset_password")
        if change.user.status is UserStatus.INVITED:
            user_pool.send_invitation(change.user.email)
            return change.current()
        user_pool.reset_password(change.username)
        change.end_sessions()
        return change.outdate_tokens()


def delete_user(actor: Principal, user_id: UUID, *, if_match: int | None, origin: Origin) -> None:
    """Take a user out of the pool; the mirror keeps who it was, for the audit log. Raises as `disable_user`."""
    with _changing(actor, user_id, "users.delete", if_match, origin) as change:
        change.note("user.delete", status=UserStatus.DELETED)
        user_store.end_sessions(change.reach.connection, change.user, by=actor.user_id)
        user_pool.delete_user(change.username)


@dataclass(frozen=True, slots=True)
class _Change:
    """A user being changed, within a transaction that holds the locks."""

    actor: Principal
    origin: Origin
    reach: Reach
    stored: StoredUser

    @property
    def user(self) -> User:
        """The user before the change."""
        return self.stored.user

    @property
    def username(self) -> str:
        """The pool's name of the user."""
        return self.stored.username

    def require_not_federated(self, what: str) -> None:
        """Raise ConflictError for a user of an identity provider."""
        if self.user.is_federated:
            message = f"{what} this user's own identity provider; change it there"
            raise ConflictError(message)

    def note(self, action: str, *, role: Role | None = None, status: UserStatus | None = None) -> None:
        """Write mirror and audit entry. Raises ConflictError when nobody would be left to administer."""
        takes_power = role is not None or status in (UserStatus.DISABLED, UserStatus.DELETED)
        if takes_power:
            require_another_administrator(self.user, self.stored.administrators)
        user_store.change_user(self.reach.connection, self.user, role=role, status=status, now=clock.now())
        before = {"role": self.user.role, "status": self.user.status, "email": self.user.email}
        after = {"role": role or self.user.role, "status": status or self.user.status, "email": self.user.email}
        record_change(
            self.reach.connection,
            actor=self.actor,
            origin=self.origin,
            tenant_id=self.user.tenant_id,
            action=action,
            subject=str(self.user.user_id),
            before=before,
            after=None if status is UserStatus.DELETED else after,
        )

    def end_sessions(self) -> None:
        """End the sessions that are known, here and in the pool."""
        user_store.end_sessions(self.reach.connection, self.user, by=self.actor.user_id)
        user_pool.sign_out(self.username)

    def outdate_tokens(self) -> User:
        """Believe no token of the user's that was issued until now; the user after the change."""
        user_store.outdate_tokens(self.reach.connection, self.user)
        return self.current()

    def current(self) -> User:
        """The user after the change."""
        return user_store.get_user(self.reach.connection, self.reach.tenant_id, self.user.user_id)


@contextmanager
def _changing(actor: Principal, user_id: UUID, action: str, if_match: int | None, origin: Origin) -> Iterator[_Change]:
    with reaching(actor, MANAGE_USERS, action=action, origin=origin, subject=str(user_id), write=True) as reach:
        stored = user_store.lock_user(reach.connection, reach.tenant_id, user_id, if_match)
        require_somebody_else(user_id, actor.user_id)
        yield _Change(actor, origin, reach, stored)
